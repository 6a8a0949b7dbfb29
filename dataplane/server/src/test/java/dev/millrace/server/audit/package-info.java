/** Tests of the audit's queue and outputs, and the schema of its records. */
@NullMarked
package dev.millrace.server.audit;

import org.jspecify.annotations.NullMarked;
