// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.core.stream;

/**
 * A stream in the catalogue.
 *
 * @param definition the stream
 * @param revision starts at 1 and rises with every replacement; a replacement names the revision
 *     that it is based on
 */
public record CatalogueEntry(StreamDefinition definition, long revision) {}
