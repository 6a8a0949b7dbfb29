// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.operator.resource;

/** The path at which the pods of a stream give notice that their reports have something new. */
public final class NoticePath {
  /** The same as a route, with the parameters {@link #NAMESPACE} and {@link #STREAM}. */
  public static final String ROUTE = "/notices/:namespace/:stream";

  public static final String NAMESPACE = "namespace";
  public static final String STREAM = "stream";

  private NoticePath() {}

  /** The path for a KinesisStream. */
  public static String of(String namespace, String stream) {
    return ROUTE.replace(":" + NAMESPACE, namespace).replace(":" + STREAM, stream);
  }
}
