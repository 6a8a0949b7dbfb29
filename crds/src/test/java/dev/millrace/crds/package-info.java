@NullMarked
package dev.millrace.crds;

import org.jspecify.annotations.NullMarked;
