// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.crds;

/** Names that all custom resources share. */
public final class Api {
  /** API group. */
  public static final String GROUP = "millrace.dev";

  /** API version. */
  public static final String VERSION = "v1alpha1";

  /** Label of everything that belongs to a stream: the name of its KinesisStream. */
  public static final String STREAM_LABEL = GROUP + "/stream";

  /** Label of shards and pods: the name of their StatefulSet. */
  public static final String SHARD_SET_LABEL = GROUP + "/shard-set";

  /**
   * Annotation of a KinesisStream: a person accepts that a majority of the disks of a shard set is
   * lost, {@code SET: go on from disk ID}; several are separated by {@code "; "}.
   */
  public static final String ACCEPT_LOSS = GROUP + "/accept-loss";

  private Api() {}
}
