/** The page, the client and the descriptions of the API, as files: what a browser keeps, and how it learns of a new one. */
@NullMarked
package dev.bincang.transport.http.files;

import org.jspecify.annotations.NullMarked;
