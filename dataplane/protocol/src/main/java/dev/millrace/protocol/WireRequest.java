// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol;

/**
 * A complete HTTP request.
 *
 * @param id the request id that the answer carries; drawn by the server
 * @param method the method in upper case
 * @param rawPath the percent-encoded path; only signatures depend on it
 * @param rawQuery the percent-encoded query without {@code ?}; empty if there is none
 * @param body empty if there is none
 */
public record WireRequest(
    String id, String method, String rawPath, String rawQuery, HeaderLookup headers, Blob body) {}
