/** The only package that writes: to Kubernetes, by server-side apply, and to pods. */
@NullMarked
package dev.millrace.operator.act;

import org.jspecify.annotations.NullMarked;
