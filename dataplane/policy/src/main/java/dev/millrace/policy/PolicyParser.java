// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads policy documents. It accepts what IAM accepts for Kinesis and rejects what could only be a
 * mistake: unknown elements, elements given twice, actions of other services.
 *
 * <p>In Resource, {@code *} matches any characters, colons and slashes included, and {@code ?} one.
 * AWS documents that a {@code *} at the end of a part of an ARN reaches past the colon, and advises
 * not to use it otherwise. The service of an ARN has no wildcard.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html">Grammar
 *     of the IAM JSON policy language</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html">Resource</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutResourcePolicy.html">PutResourcePolicy</a>
 */
public final class PolicyParser {
  private static final String CURRENT_VERSION = "2012-10-17";

  /** The version of documents that name none. It has no variables. */
  private static final String FIRST_VERSION = "2008-10-17";

  private static final Set<String> ELEMENTS = Set.of("Version", "Id", "Statement");
  private static final Set<String> STATEMENT_ELEMENTS =
      Set.of(
          "Sid",
          "Effect",
          "Principal",
          "NotPrincipal",
          "Action",
          "NotAction",
          "Resource",
          "NotResource",
          "Condition");

  private static final Pattern IDENTITY_SID = Pattern.compile("[A-Za-z0-9]*");
  private static final Pattern ACTION =
      Pattern.compile("\\*|(kinesis|sts):[A-Za-z0-9*?]+", Pattern.CASE_INSENSITIVE);
  private static final Pattern SERVICE = Pattern.compile("[a-z0-9-]+");
  private static final Pattern PRINCIPAL_ARN =
      Pattern.compile(
          "arn:[a-z0-9-]+:(iam::[0-9]{12}:(user|role)/[!-~&&[^*?]]+"
              + "|sts::[0-9]{12}:assumed-role/[!-~&&[^*?/]]+/[!-~&&[^*?/]]+"
              + "|sts::[0-9]{12}:federated-user/[!-~&&[^*?/]]+)");
  private static final Pattern ROOT_ARN = Pattern.compile("arn:[a-z0-9-]+:iam::[0-9]{12}:root");

  private final PolicyKind kind;
  private final boolean variables;

  private PolicyParser(PolicyKind kind, boolean variables) {
    this.kind = kind;
    this.variables = variables;
  }

  /**
   * Parses and compiles a document.
   *
   * @param kind whether its statements name principals
   * @param json at most {@link PolicyLimits#MAX_DOCUMENT_CHARACTERS}
   */
  public static ParsedPolicy parse(PolicyKind kind, String json) {
    try {
      if (json.length() > PolicyLimits.MAX_DOCUMENT_CHARACTERS) {
        throw new InvalidPolicyException(
            "Policy must have at most %d characters, found %d."
                .formatted(PolicyLimits.MAX_DOCUMENT_CHARACTERS, json.length()));
      }
      if (!(PolicyJson.parse(json)
          instanceof PolicyJson.JsonMembers(Map<String, PolicyJson> document))) {
        throw new InvalidPolicyException("Policy must be a JSON object.");
      }
      return new ParsedPolicy.WellFormed(document(kind, document));
    } catch (InvalidPolicyException e) {
      return new ParsedPolicy.NotAPolicy(
          cut(Objects.requireNonNullElse(e.getMessage(), "Policy is invalid.")));
    }
  }

  private static String cut(String message) {
    int limit = PolicyLimits.MAX_MESSAGE_CHARACTERS;
    if (message.length() <= limit) {
      return message;
    }
    int end = Character.isHighSurrogate(message.charAt(limit - 4)) ? limit - 4 : limit - 3;
    return message.substring(0, end) + "...";
  }

  private static PolicyDocument document(PolicyKind kind, Map<String, PolicyJson> document)
      throws InvalidPolicyException {
    checkNames("Policy", document, ELEMENTS);
    String version = text("Version", document.get("Version"));
    if (version != null && !version.equals(CURRENT_VERSION) && !version.equals(FIRST_VERSION)) {
      throw InvalidPolicyException.at(
          "Version", "must be 2012-10-17 or 2008-10-17, found '" + version + "'.");
    }
    text("Id", document.get("Id"));
    PolicyJson statement = document.get("Statement");
    if (statement == null) {
      throw new InvalidPolicyException("Policy has no Statement.");
    }
    boolean variables = CURRENT_VERSION.equals(version);
    return new PolicyDocument(kind, new PolicyParser(kind, variables).statements(statement));
  }

  private List<Statement> statements(PolicyJson json) throws InvalidPolicyException {
    List<PolicyJson> list =
        json instanceof PolicyJson.Elements(List<PolicyJson> elements) ? elements : List.of(json);
    if (list.isEmpty()) {
      throw InvalidPolicyException.at("Statement", "must not be empty.");
    }
    if (list.size() > PolicyLimits.MAX_STATEMENTS) {
      throw InvalidPolicyException.at(
          "Statement",
          "must have at most %d statements, found %d."
              .formatted(PolicyLimits.MAX_STATEMENTS, list.size()));
    }
    List<Statement> statements = new ArrayList<>();
    Set<String> sids = new HashSet<>();
    for (int i = 0; i < list.size(); i++) {
      String path = json instanceof PolicyJson.Elements ? "Statement[" + i + "]" : "Statement";
      if (!(list.get(i) instanceof PolicyJson.JsonMembers(Map<String, PolicyJson> members))) {
        throw InvalidPolicyException.at(
            path, "must be an object, found " + list.get(i).description() + ".");
      }
      checkSid(path + ".Sid", text(path + ".Sid", members.get("Sid")), sids);
      statements.add(statement(path, members));
    }
    return statements;
  }

  private void checkSid(String path, @Nullable String sid, Set<String> before)
      throws InvalidPolicyException {
    if (sid == null || sid.isEmpty()) {
      return;
    }
    if (kind == PolicyKind.IDENTITY && !IDENTITY_SID.matcher(sid).matches()) {
      throw InvalidPolicyException.at(
          path, "must have letters and digits only, found '" + sid + "'.");
    }
    if (!before.add(sid)) {
      throw InvalidPolicyException.at(path, "'" + sid + "' is not unique in the policy.");
    }
  }

  private Statement statement(String path, Map<String, PolicyJson> members)
      throws InvalidPolicyException {
    checkNames(path, members, STATEMENT_ELEMENTS);
    String effect = text(path + ".Effect", members.get("Effect"));
    if (effect == null || !(effect.equals("Allow") || effect.equals("Deny"))) {
      throw InvalidPolicyException.at(
          path + ".Effect",
          "must be Allow or Deny, found "
              + (effect == null ? "nothing" : "'" + effect + "'")
              + ".");
    }
    PrincipalPattern principals = principals(path, members);
    String action = either(path, members, "Action", "NotAction");
    List<Wildcard> actions = actions(path + "." + action, required(members, action));
    String resource = either(path, members, "Resource", "NotResource");
    List<PolicyText> resources = resources(path + "." + resource, required(members, resource));
    PolicyJson condition = members.get("Condition");
    return new Statement(
        effect.equals("Allow"),
        principals,
        members.containsKey("NotPrincipal"),
        actions,
        action.equals("NotAction"),
        resources,
        resource.equals("NotResource"),
        condition == null ? List.of() : conditions(path + ".Condition", condition));
  }

  private @Nullable PrincipalPattern principals(String path, Map<String, PolicyJson> members)
      throws InvalidPolicyException {
    if (kind == PolicyKind.RESOURCE) {
      String name = either(path, members, "Principal", "NotPrincipal");
      return principals(path + "." + name, required(members, name));
    }
    if (members.containsKey("Principal") || members.containsKey("NotPrincipal")) {
      throw InvalidPolicyException.at(
          path, "an identity-based policy must not have Principal or NotPrincipal.");
    }
    return null;
  }

  private PrincipalPattern principals(String path, PolicyJson json) throws InvalidPolicyException {
    if (json instanceof PolicyJson.JsonString(String text) && text.equals("*")) {
      return new PrincipalPattern(true, Set.of(), Set.of());
    }
    if (!(json instanceof PolicyJson.JsonMembers(Map<String, PolicyJson> types))
        || types.isEmpty()) {
      throw InvalidPolicyException.at(
          path,
          "must be \"*\" or an object such as {\"AWS\": ...}, found " + json.description() + ".");
    }
    boolean everyone = false;
    Set<String> accounts = new HashSet<>();
    Set<String> arns = new HashSet<>();
    for (Map.Entry<String, PolicyJson> entry : types.entrySet()) {
      String type = path + "." + entry.getKey();
      List<String> names = texts(type, entry.getValue(), false);
      switch (entry.getKey()) {
        case "AWS" -> {
          for (String name : names) {
            if (name.equals("*")) {
              everyone = true;
            } else if (Arns.isAccount(name)) {
              accounts.add(name);
            } else if (ROOT_ARN.matcher(name).matches()) {
              accounts.add(Arns.split(name)[4]);
            } else if (PRINCIPAL_ARN.matcher(name).matches()) {
              arns.add(name);
            } else {
              throw InvalidPolicyException.at(
                  type,
                  "must be *, an account of 12 digits, or the ARN of a root, user, role or session"
                      + " without wildcards, found '"
                      + name
                      + "'.");
            }
          }
        }
        // They name services and outside identities, which never call here.
        case "Service", "Federated", "CanonicalUser" -> {}
        default ->
            throw InvalidPolicyException.at(
                path,
                "unknown type '"
                    + entry.getKey()
                    + "', expected AWS, Service, Federated or CanonicalUser.");
      }
    }
    return new PrincipalPattern(everyone, accounts, arns);
  }

  private static List<Wildcard> actions(String path, PolicyJson json)
      throws InvalidPolicyException {
    List<Wildcard> actions = new ArrayList<>();
    for (String text : texts(path, json, false)) {
      if (text.length() > PolicyLimits.MAX_VALUE_CHARACTERS || !ACTION.matcher(text).matches()) {
        throw InvalidPolicyException.at(
            path, "must be *, kinesis:... or sts:..., found '" + text + "'.");
      }
      actions.add(Wildcard.ignoringCase(text));
    }
    return List.copyOf(actions);
  }

  private List<PolicyText> resources(String path, PolicyJson json) throws InvalidPolicyException {
    List<PolicyText> resources = new ArrayList<>();
    for (String text : texts(path, json, false)) {
      checkResource(path, text);
      resources.add(PolicyText.compile(path, text, true, variables, false));
    }
    return List.copyOf(resources);
  }

  /** An ARN may be cut short by a {@code *}, as in {@code arn:aws:kinesis:*}. */
  private static void checkResource(String path, String text) throws InvalidPolicyException {
    if (text.equals("*")) {
      return;
    }
    String[] parts = Arns.split(text);
    boolean complete = parts.length == Arns.PARTS && !parts[Arns.PARTS - 1].isEmpty();
    if (!parts[0].equals("arn") || parts.length < 4 || !(complete || text.endsWith("*"))) {
      throw InvalidPolicyException.at(path, "must be * or an ARN, found '" + text + "'.");
    }
    if (!SERVICE.matcher(parts[2]).matches()) {
      throw InvalidPolicyException.at(
          path, "must name the service without wildcards, found '" + text + "'.");
    }
  }

  private List<StatementCondition> conditions(String path, PolicyJson json)
      throws InvalidPolicyException {
    List<StatementCondition> conditions = new ArrayList<>();
    for (Map.Entry<String, PolicyJson> entry : members(path, json).entrySet()) {
      String operator = path + "." + entry.getKey();
      for (Map.Entry<String, PolicyJson> key : members(operator, entry.getValue()).entrySet()) {
        conditions.add(
            condition(
                path, entry.getKey(), operator + "." + key.getKey(), key.getKey(), key.getValue()));
      }
    }
    return List.copyOf(conditions);
  }

  private StatementCondition condition(
      String path, String operatorText, String keyPath, String key, PolicyJson json)
      throws InvalidPolicyException {
    StatementCondition.SetOperator set = StatementCondition.SetOperator.NONE;
    String name = operatorText;
    if (name.startsWith("ForAllValues:")) {
      set = StatementCondition.SetOperator.FOR_ALL_VALUES;
      name = name.substring("ForAllValues:".length());
    } else if (name.startsWith("ForAnyValue:")) {
      set = StatementCondition.SetOperator.FOR_ANY_VALUE;
      name = name.substring("ForAnyValue:".length());
    }
    boolean ifExists = name.endsWith("IfExists");
    if (ifExists) {
      name = name.substring(0, name.length() - "IfExists".length());
    }
    ConditionOperator operator =
        ConditionOperator.named(name)
            .orElseThrow(
                () -> InvalidPolicyException.at(path, "unknown operator '" + operatorText + "'."));
    if (operator == ConditionOperator.NULL
        && (ifExists || set != StatementCondition.SetOperator.NONE)) {
      throw InvalidPolicyException.at(
          path, "Null takes no set operator and no IfExists, found '" + operatorText + "'.");
    }
    if (key.indexOf(':') <= 0) {
      throw InvalidPolicyException.at(
          keyPath, "a condition key has a prefix, such as aws:SourceIp.");
    }
    List<Operand> operands = new ArrayList<>();
    for (String value : texts(keyPath, json, true)) {
      operands.add(Operand.compile(keyPath, operator, value, variables));
    }
    return new StatementCondition(
        set, operator, ifExists, ContextKey.of(key), List.copyOf(operands));
  }

  private static Map<String, PolicyJson> members(String path, PolicyJson json)
      throws InvalidPolicyException {
    if (json instanceof PolicyJson.JsonMembers(Map<String, PolicyJson> members)) {
      return members;
    }
    throw InvalidPolicyException.at(path, "must be an object, found " + json.description() + ".");
  }

  private static void checkNames(String path, Map<String, PolicyJson> members, Set<String> known)
      throws InvalidPolicyException {
    for (String name : members.keySet()) {
      if (!known.contains(name)) {
        throw InvalidPolicyException.at(path, "unknown element '" + name + "'.");
      }
    }
  }

  /** The one of two elements that is there. */
  private static String either(
      String path, Map<String, PolicyJson> members, String element, String inverse)
      throws InvalidPolicyException {
    boolean hasElement = members.containsKey(element);
    if (hasElement == members.containsKey(inverse)) {
      throw InvalidPolicyException.at(path, "must have either " + element + " or " + inverse + ".");
    }
    return hasElement ? element : inverse;
  }

  private static PolicyJson required(Map<String, PolicyJson> members, String name) {
    PolicyJson json = members.get(name);
    if (json == null) {
      throw new AssertionError(name + " is there");
    }
    return json;
  }

  private static @Nullable String text(String path, @Nullable PolicyJson json)
      throws InvalidPolicyException {
    return switch (json) {
      case null -> null;
      case PolicyJson.JsonString(String text) -> text;
      case PolicyJson.JsonMembers _,
          PolicyJson.Elements _,
          PolicyJson.Literal _,
          PolicyJson.Null _ ->
          throw InvalidPolicyException.at(
              path, "must be a text, found " + json.description() + ".");
    };
  }

  /** One text or an array of them, at least one. */
  private static List<String> texts(String path, PolicyJson json, boolean literals)
      throws InvalidPolicyException {
    List<PolicyJson> list =
        json instanceof PolicyJson.Elements(List<PolicyJson> elements) ? elements : List.of(json);
    if (list.isEmpty()) {
      throw InvalidPolicyException.at(path, "must not be empty.");
    }
    List<String> texts = new ArrayList<>();
    for (PolicyJson element : list) {
      texts.add(
          switch (element) {
            case PolicyJson.JsonString(String text) -> text;
            case PolicyJson.Literal(String text) when literals -> text;
            case PolicyJson.JsonMembers _,
                PolicyJson.Elements _,
                PolicyJson.Literal _,
                PolicyJson.Null _ ->
                throw InvalidPolicyException.at(
                    path,
                    "must be a text or an array of texts, found " + element.description() + ".");
          });
    }
    return texts;
  }
}
