@NullMarked
package dev.millrace.server.action;

import org.jspecify.annotations.NullMarked;
