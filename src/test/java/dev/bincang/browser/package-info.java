/** The pages in a real Chromium, controlled by the DevTools protocol with only the JDK and Jackson. */
package dev.bincang.browser;
