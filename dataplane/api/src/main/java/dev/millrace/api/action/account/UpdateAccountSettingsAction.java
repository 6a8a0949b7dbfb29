// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.account;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.core.port.AccountStore;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.Structure;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.MinimumThroughputBillingCommitmentInput;
import dev.millrace.protocol.shape.UpdateAccountSettingsInput;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;

/**
 * Begins or ends the account's billing commitment.
 *
 * @param account the settings
 * @param clock supplies the time of the change
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateAccountSettings.html">UpdateAccountSettings</a>
 */
public record UpdateAccountSettingsAction(AccountStore account, InstantSource clock)
    implements Action {
  @Override
  public Operation operation() {
    return Operation.UPDATE_ACCOUNT_SETTINGS;
  }

  @Override
  public StructureShape input() {
    return UpdateAccountSettingsInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    Structure commitment =
        call.input().get(UpdateAccountSettingsInput.MINIMUM_THROUGHPUT_BILLING_COMMITMENT);
    boolean enable =
        commitment.get(MinimumThroughputBillingCommitmentInput.STATUS).equals("ENABLED");
    return account
        .change(
            before -> enable ? before.enabled(clock.instant()) : before.disabled(clock.instant()))
        .thenApply(
            after ->
                new Answer.Success(256, out -> AccountMembers.write(out, after, clock.instant())));
  }
}
