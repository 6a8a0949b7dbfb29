/**
 * IAM-style policies: parsing, compiling and evaluating them, and the texts of refusals. Everything
 * is a pure function of values; any thread may call it. Start at {@link
 * dev.millrace.policy.PolicyParser} and {@link dev.millrace.policy.PolicyEvaluator}.
 */
@NullMarked
package dev.millrace.policy;

import org.jspecify.annotations.NullMarked;
