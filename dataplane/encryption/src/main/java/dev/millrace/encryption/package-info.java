/**
 * Envelope encryption of records: data keys that encrypt them, wrapped by master keys that files,
 * Vault or AWS KMS keep.
 */
@NullMarked
package dev.millrace.encryption;

import org.jspecify.annotations.NullMarked;
