/** The application in operation: rollouts and scaling, with many connected clients. */
package dev.bincang.deploy;
