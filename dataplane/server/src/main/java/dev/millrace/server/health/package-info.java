/** Three questions, three answers: has it started, does it live, can it serve. */
@NullMarked
package dev.millrace.server.health;

import org.jspecify.annotations.NullMarked;
