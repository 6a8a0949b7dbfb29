/** The health checks behind the startup, liveness and readiness probes. */
@NullMarked
package dev.millrace.server.health;

import org.jspecify.annotations.NullMarked;
