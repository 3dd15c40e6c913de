/** Serves the page, the client and the descriptions of the API as files, with the headers for browser caches. */
@NullMarked
package dev.bincang.transport.http.files;

import org.jspecify.annotations.NullMarked;
