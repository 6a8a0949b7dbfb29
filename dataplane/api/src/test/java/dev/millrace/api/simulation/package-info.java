/**
 * A seeded simulation of a group of three members in one thread: the real front, leader, sessions,
 * reshards and state machine over a simulated log, network, clock and disk.
 */
@NullMarked
package dev.millrace.api.simulation;

import org.jspecify.annotations.NullMarked;
