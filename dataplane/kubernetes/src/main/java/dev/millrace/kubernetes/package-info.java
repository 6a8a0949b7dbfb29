/**
 * The stream catalogue and the routes of a gateway, kept in custom resources. This is the only
 * module of the data plane that uses the Kubernetes API.
 */
@NullMarked
package dev.millrace.kubernetes;

import org.jspecify.annotations.NullMarked;
