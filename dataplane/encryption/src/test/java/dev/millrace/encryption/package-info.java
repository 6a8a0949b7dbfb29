/** What the cipher and the keepers of master keys promise. */
@NullMarked
package dev.millrace.encryption;

import org.jspecify.annotations.NullMarked;
