/** The application as it is run: rolled, scaled, with many clients that stay. */
package dev.bincang.deploy;
