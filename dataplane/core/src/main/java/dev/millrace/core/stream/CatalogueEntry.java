// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

/**
 * A stream in the catalogue.
 *
 * @param definition the stream
 * @param revision rises with every replacement, from 1; whoever replaces the entry names the
 *     revision that the decision was made from
 */
public record CatalogueEntry(StreamDefinition definition, long revision) {}
