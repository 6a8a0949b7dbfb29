// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What conditions may ask about a request, besides its principal and its resource. A value that is
 * not set is absent from the context, as an unknown key is.
 *
 * <p>Immutable. Values should be bounded by whoever sets them, since a pattern may be matched with
 * each; HTTP headers and tags are.
 */
public final class RequestContext {
  private static final RequestContext EMPTY = builder().build();

  private final @Nullable IpRange sourceIp;
  private final @Nullable String sourceIpText;
  private final @Nullable Boolean secureTransport;
  private final @Nullable Instant time;
  private final @Nullable String userAgent;
  private final @Nullable String requestedRegion;
  private final Map<String, String> resourceTags;
  private final Map<String, String> requestTags;
  private final List<String> tagKeys;

  private RequestContext(Builder builder) {
    sourceIp = builder.sourceIp;
    sourceIpText = builder.sourceIpText;
    secureTransport = builder.secureTransport;
    time = builder.time;
    userAgent = builder.userAgent;
    requestedRegion = builder.requestedRegion;
    resourceTags = builder.resourceTags;
    requestTags = builder.requestTags;
    tagKeys = builder.tagKeys;
  }

  /** A context without any value. */
  public static RequestContext empty() {
    return EMPTY;
  }

  public static Builder builder() {
    return new Builder();
  }

  @Nullable IpRange sourceIp() {
    return sourceIp;
  }

  @Nullable String sourceIpText() {
    return sourceIpText;
  }

  @Nullable Boolean secureTransport() {
    return secureTransport;
  }

  @Nullable Instant time() {
    return time;
  }

  @Nullable String userAgent() {
    return userAgent;
  }

  @Nullable String requestedRegion() {
    return requestedRegion;
  }

  @Nullable String resourceTag(String key) {
    return resourceTags.get(key);
  }

  @Nullable String requestTag(String key) {
    return requestTags.get(key);
  }

  List<String> tagKeys() {
    return tagKeys;
  }

  /** Sets values; for one thread. */
  public static final class Builder {
    private @Nullable IpRange sourceIp;
    private @Nullable String sourceIpText;
    private @Nullable Boolean secureTransport;
    private @Nullable Instant time;
    private @Nullable String userAgent;
    private @Nullable String requestedRegion;
    private Map<String, String> resourceTags = Map.of();
    private Map<String, String> requestTags = Map.of();
    private List<String> tagKeys = List.of();

    private Builder() {}

    /**
     * {@code aws:SourceIp}.
     *
     * @param address IPv4 or IPv6 in numbers, without a port
     * @throws IllegalArgumentException if it is not an address
     */
    public Builder sourceIp(String address) {
      Optional<IpRange> parsed =
          address.indexOf('/') < 0 ? IpRange.parse(address) : Optional.empty();
      sourceIp =
          parsed.orElseThrow(
              () -> new IllegalArgumentException("not an IP address: '" + address + "'"));
      sourceIpText = address;
      return this;
    }

    /** {@code aws:SecureTransport}: whether the request came over TLS. */
    public Builder secureTransport(boolean secure) {
      secureTransport = secure;
      return this;
    }

    /** {@code aws:CurrentTime} and {@code aws:EpochTime}, both in whole seconds. */
    public Builder time(Instant now) {
      time = now;
      return this;
    }

    /** {@code aws:UserAgent}: the header as it was sent. */
    public Builder userAgent(String header) {
      userAgent = header;
      return this;
    }

    /** {@code aws:RequestedRegion}. */
    public Builder requestedRegion(String region) {
      requestedRegion = region;
      return this;
    }

    /** {@code aws:ResourceTag/key}: the tags of the resource before the request. */
    public Builder resourceTags(Map<String, String> tags) {
      resourceTags = caseless(tags);
      return this;
    }

    /** {@code aws:RequestTag/key} and {@code aws:TagKeys}: tags that the request sets. */
    public Builder requestTags(Map<String, String> tags) {
      requestTags = caseless(tags);
      tagKeys = List.copyOf(tags.keySet());
      return this;
    }

    /** {@code aws:TagKeys}, for a request that names keys only, such as UntagResource. */
    public Builder tagKeys(List<String> keys) {
      tagKeys = List.copyOf(keys);
      return this;
    }

    public RequestContext build() {
      return new RequestContext(this);
    }

    /** Condition keys ignore case. Of two tags that differ in case only, one is seen. */
    private static Map<String, String> caseless(Map<String, String> tags) {
      if (tags.isEmpty()) {
        return Map.of();
      }
      Map<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      copy.putAll(new TreeMap<>(tags));
      return copy;
    }
  }
}
