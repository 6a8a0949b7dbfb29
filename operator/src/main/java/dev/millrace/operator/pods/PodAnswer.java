package dev.millrace.operator.pods;

/** What a pod answers to an order. */
public sealed interface PodAnswer {

  /** It is done. */
  record Accepted() implements PodAnswer {}

  /**
   * It is not done.
   *
   * @param why the pod's own words with its status, or what kept us from asking it
   */
  record NotAccepted(String why) implements PodAnswer {}
}
