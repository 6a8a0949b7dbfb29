/**
 * Carries out plans. This is the only package that writes to Kubernetes or sends commands to pods.
 */
@NullMarked
package dev.millrace.operator.act;

import org.jspecify.annotations.NullMarked;
