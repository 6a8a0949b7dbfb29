/** One class a Kinesis action: decoded members in, an answer as a value out. */
@NullMarked
package dev.millrace.server.action;

import org.jspecify.annotations.NullMarked;
