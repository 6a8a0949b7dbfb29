// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.pods;

import java.util.Optional;

/**
 * The address of a pod.
 *
 * @param namespace its namespace
 * @param name its name
 * @param ip its IP address; empty until it has one
 */
public record PodAddress(String namespace, String name, Optional<String> ip) {}
