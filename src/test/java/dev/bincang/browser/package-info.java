/** The pages in a real Chromium, which is driven by the DevTools protocol: nothing but the JDK and Jackson. */
package dev.bincang.browser;
