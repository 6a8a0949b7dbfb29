/**
 * The stream catalogue and the routes, kept in the custom resources: what a gateway has where
 * standalone has its log. The only room of the data plane that knows the Kubernetes API.
 */
@NullMarked
package dev.millrace.kubernetes;

import org.jspecify.annotations.NullMarked;
