package dev.millrace.crds;

/** The names that all kinds share. */
public final class Api {
  /** API group. */
  public static final String GROUP = "millrace.dev";

  /** API version. */
  public static final String VERSION = "v1alpha1";

  /** On everything that belongs to a stream: the name of its KinesisStream object. */
  public static final String STREAM_LABEL = GROUP + "/stream";

  /** On shards and pods: the shard set, which is the name of a StatefulSet. */
  public static final String SHARD_SET_LABEL = GROUP + "/shard-set";

  private Api() {}
}
