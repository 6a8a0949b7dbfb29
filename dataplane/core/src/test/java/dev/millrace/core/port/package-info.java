/**
 * The ports' contract suites, which every implementation runs, and the store in memory. Other
 * modules use them through the test jar of core.
 */
@NullMarked
package dev.millrace.core.port;

import org.jspecify.annotations.NullMarked;
