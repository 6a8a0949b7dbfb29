// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.api.action.account;

import dev.millrace.api.action.Action;
import dev.millrace.api.action.Answer;
import dev.millrace.api.action.Call;
import dev.millrace.core.port.AccountStore;
import dev.millrace.protocol.Operation;
import dev.millrace.protocol.schema.StructureShape;
import dev.millrace.protocol.shape.DescribeAccountSettingsInput;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;

/**
 * Returns the account's billing commitment. It has no billing effect; only the service's rules for
 * it apply.
 *
 * @param account the settings
 * @param clock determines whether a commitment has ended
 * @see <a
 *     href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeAccountSettings.html">DescribeAccountSettings</a>
 */
public record DescribeAccountSettingsAction(AccountStore account, InstantSource clock)
    implements Action {
  @Override
  public Operation operation() {
    return Operation.DESCRIBE_ACCOUNT_SETTINGS;
  }

  @Override
  public StructureShape input() {
    return DescribeAccountSettingsInput.SHAPE;
  }

  @Override
  public CompletionStage<Answer> perform(Call call) {

    return new Answer.Success(
            256, out -> AccountMembers.write(out, account.read(), clock.instant()))
        .now();
  }
}
