// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.access;

import dev.millrace.api.lookup.StreamLookup;
import dev.millrace.core.consumer.TokenSigner;
import dev.millrace.core.error.KinesisError;
import dev.millrace.core.stream.AccountId;
import dev.millrace.policy.AccessDeniedText;
import dev.millrace.policy.AccessRequest;
import dev.millrace.policy.KinesisAction;
import dev.millrace.policy.ParsedPolicy;
import dev.millrace.policy.PolicyDocument;
import dev.millrace.policy.PolicyEvaluator;
import dev.millrace.policy.PolicyKind;
import dev.millrace.policy.PolicyParser;
import dev.millrace.policy.PolicyPrincipal;
import dev.millrace.policy.PolicyPrincipal.PrincipalType;
import dev.millrace.policy.PolicyResource;
import dev.millrace.policy.RequestContext;
import dev.millrace.protocol.HeaderLookup;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.auth.Signer;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.shape.AddTagsToStreamInput;
import dev.millrace.protocol.shape.CreateStreamInput;
import dev.millrace.protocol.shape.RegisterStreamConsumerInput;
import dev.millrace.protocol.shape.RemoveTagsFromStreamInput;
import dev.millrace.protocol.shape.TagResourceInput;
import dev.millrace.protocol.shape.UntagResourceInput;
import dev.millrace.server.access.RequestedResource.Target;
import dev.millrace.server.audit.CallPeer;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Decides whether a signed request may do what it asks for, by the policies of its signer and of
 * the resource. Callable from any thread; never blocks.
 */
public final class AccessControl {
  /**
   * Resource policies that are kept compiled at a time. They are compiled again when more are in
   * use.
   */
  static final int MAX_COMPILED = 1024;

  private static final Map<Operation, KinesisAction> ACTIONS = actions();

  /** Also possible where the resource policy is invalid: they mend it. */
  private static final Set<KinesisAction> MENDING =
      Set.of(
          KinesisAction.PUT_RESOURCE_POLICY,
          KinesisAction.DELETE_RESOURCE_POLICY,
          KinesisAction.GET_RESOURCE_POLICY);

  private final KnownUsers users;
  private final AccountId account;
  private final String region;
  private final RequestedResource resources;
  private final InstantSource clock;
  private final Map<String, ParsedPolicy> compiled = new ConcurrentHashMap<>();

  /**
   * @param streams the streams of the account
   * @param signer decodes iterators and page tokens
   */
  public AccessControl(
      KnownUsers users, StreamLookup streams, TokenSigner signer, InstantSource clock) {
    this.users = users;
    this.account = new AccountId(streams.account());
    this.region = streams.region();
    this.resources = new RequestedResource(streams, signer);
    this.clock = clock;
  }

  private static Map<Operation, KinesisAction> actions() {
    Map<Operation, KinesisAction> actions = new EnumMap<>(Operation.class);
    for (Operation operation : Operation.values()) {
      actions.put(operation, KinesisAction.ofOperation(operation.text()).orElseThrow());
    }
    return actions;
  }

  /**
   * Decides.
   *
   * @param input decoded and checked
   * @return the refusal, if it is one
   */
  public Optional<KinesisError> refusal(
      Signer signer, Operation operation, Structure input, HeaderLookup headers, CallPeer peer) {
    KinesisAction action = actionOf(operation);
    Optional<Target> target = resources.of(action, input);
    if (target.isEmpty()) {
      return Optional.empty();
    }
    SignedRequest request = new SignedRequest(signer, operation, input, headers, peer);
    Optional<KinesisError> refusal = refusal(action, target.get(), request);
    return refusal.isEmpty() && !request.tags().isEmpty() && action.ifTagged().isPresent()
        ? refusal(action.ifTagged().get(), target.get(), request)
        : refusal;
  }

  /** What conditions may ask. */
  private record SignedRequest(
      Signer signer, Operation operation, Structure input, HeaderLookup headers, CallPeer peer) {
    /** Tags that the request sets. */
    private Map<String, String> tags() {
      return switch (operation) {
        case ADD_TAGS_TO_STREAM -> input.get(AddTagsToStreamInput.TAGS);
        case CREATE_STREAM -> input.getOr(CreateStreamInput.TAGS, Map.of());
        case REGISTER_STREAM_CONSUMER -> input.getOr(RegisterStreamConsumerInput.TAGS, Map.of());
        case TAG_RESOURCE -> input.get(TagResourceInput.TAGS);
        default -> Map.of();
      };
    }

    /** Keys of tags that the request removes. */
    private List<String> removedTags() {
      return switch (operation) {
        case REMOVE_TAGS_FROM_STREAM -> input.get(RemoveTagsFromStreamInput.TAG_KEYS);
        case UNTAG_RESOURCE -> input.get(UntagResourceInput.TAG_KEYS);
        default -> List.of();
      };
    }

    /** The caller's address without the name of an interface, which IPv6 has within a link. */
    private String address() {
      String address = peer.address();
      int zone = address.indexOf('%');
      return zone < 0 ? address : address.substring(0, zone);
    }
  }

  private static KinesisAction actionOf(Operation operation) {
    KinesisAction action = ACTIONS.get(operation);
    if (action == null) {
      throw new IllegalStateException("no action for " + operation);
    }
    return action;
  }

  private Optional<KinesisError> refusal(
      KinesisAction action, Target target, SignedRequest request) {
    Signer signer = request.signer();
    List<PolicyDocument> own =
        users.user(signer.userName()).map(KnownUser::policies).orElse(List.of());
    Optional<PolicyDocument> ofResource = Optional.empty();
    if (target.policy().isPresent() && !MENDING.contains(action)) {
      switch (compile(target.policy().get())) {
        case ParsedPolicy.WellFormed(PolicyDocument document) -> ofResource = Optional.of(document);
        case ParsedPolicy.NotAPolicy(String message) -> {
          return Optional.of(denied(invalid(signer, action, target, message)));
        }
      }
    }
    boolean asksContext =
        ofResource.filter(PolicyDocument::asksContext).isPresent()
            || own.stream().anyMatch(PolicyDocument::asksContext);
    AccessRequest access =
        new AccessRequest(
            principal(signer),
            own,
            action.action(),
            resource(target.arn()),
            ofResource,
            asksContext ? context(target, request) : RequestContext.empty());
    return AccessDeniedText.of(access, PolicyEvaluator.evaluate(access)).map(AccessControl::denied);
  }

  private static KinesisError denied(String message) {
    return new KinesisError(KinesisError.Name.ACCESS_DENIED, message);
  }

  /** What cannot be read might deny, so it does. */
  private static String invalid(
      Signer signer, KinesisAction action, Target target, String message) {
    return "User: %s is not authorized to perform: %s on resource: %s because its resource-based policy is invalid: %s"
        .formatted(signer.arn(), action.action(), target.arn(), message);
  }

  private ParsedPolicy compile(String policy) {
    ParsedPolicy found = compiled.get(policy);
    if (found == null) {
      if (compiled.size() >= MAX_COMPILED) {
        compiled.clear();
      }
      found = PolicyParser.parse(PolicyKind.RESOURCE, policy);
      compiled.put(policy, found);
    }
    return found;
  }

  private PolicyPrincipal principal(Signer signer) {
    return signer.isRoleSession()
        ? new PolicyPrincipal(
            account,
            signer.arn(),
            "arn:aws:iam::" + account + ":role/" + signer.userName(),
            PrincipalType.ASSUMED_ROLE,
            signer.userId())
        : new PolicyPrincipal(
            account, signer.arn(), signer.arn(), PrincipalType.USER, signer.userId());
  }

  private PolicyResource resource(String arn) {
    return arn.equals(PolicyResource.ALL)
        ? PolicyResource.all(account)
        : PolicyResource.ofArn(arn).orElseGet(() -> new PolicyResource(arn, account));
  }

  private RequestContext context(Target target, SignedRequest request) {
    RequestContext.Builder context =
        RequestContext.builder()
            .time(clock.instant())
            .sourceIp(request.address())
            .secureTransport(request.peer().tls().isPresent())
            .requestedRegion(region)
            .resourceTags(target.tags())
            .requestTags(request.tags());
    request.headers().first("user-agent").ifPresent(context::userAgent);
    if (!request.removedTags().isEmpty()) {
      context.tagKeys(request.removedTags());
    }
    return context.build();
  }
}
