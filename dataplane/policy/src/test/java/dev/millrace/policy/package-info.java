@NullMarked
package dev.millrace.policy;

import org.jspecify.annotations.NullMarked;
