/** Who may call: users and their keys, sessions, policies. */
@NullMarked
package dev.millrace.server.access;

import org.jspecify.annotations.NullMarked;
