@NullMarked
package dev.millrace.api.action;

import org.jspecify.annotations.NullMarked;
