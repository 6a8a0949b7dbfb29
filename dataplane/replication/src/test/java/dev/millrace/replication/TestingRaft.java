// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import dev.millrace.core.command.Command;
import dev.millrace.core.command.LogEntryFormat;
import dev.millrace.core.command.Outcome;
import dev.millrace.core.command.OutcomeFormat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.RaftException;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;

/** Takes entries as Raft would and answers them when the test says so. */
final class TestingRaft implements RaftShardLog.Submission {
  private static final ClientId CLIENT = ClientId.randomId();
  private static final RaftGroupMemberId MEMBER =
      RaftGroupMemberId.valueOf(RaftPeerId.valueOf("test"), RaftGroupId.randomId());

  private final List<List<Long>> entries = new ArrayList<>();
  private final List<CompletableFuture<RaftClientReply>> replies = new ArrayList<>();
  private @Nullable Throwable thrown;

  /** From now on a submission throws; null ends it. */
  void throwing(@Nullable Throwable planted) {
    thrown = planted;
  }

  /** The numbers of the commands of each entry that was handed over. */
  List<List<Long>> entries() {
    return entries;
  }

  @Override
  public CompletableFuture<RaftClientReply> submit(Message entry) throws IOException {
    switch (thrown) {
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> {}
    }
    entries.add(numbers(entry));
    CompletableFuture<RaftClientReply> reply = new CompletableFuture<>();
    replies.add(reply);
    return reply;
  }

  private static List<Long> numbers(Message entry) {
    List<Command> commands = LogEntryFormat.decode(entry.getContent().asReadOnlyByteBuffer());
    return commands.stream().map(TestingCommands::number).toList();
  }

  /** Answers an entry as if it were applied. */
  void succeed(int entry) {
    replies.get(entry).complete(success(entries.get(entry)));
  }

  /** Answers an entry with these bytes. */
  void answer(int entry, byte[] outcomes) {
    replies.get(entry).complete(reply().setSuccess().setMessage(message(outcomes)).build());
  }

  /** Answers an entry with a refusal. */
  void refuse(int entry, RaftException refusal) {
    replies.get(entry).complete(reply().setException(refusal).build());
  }

  /** Answers an entry with an exception. */
  void fail(int entry, Throwable failure) {
    replies.get(entry).completeExceptionally(failure);
  }

  /** The answer that an entry gets when it is applied: each outcome tells its command's number. */
  static RaftClientReply applied(Message entry) {
    return success(numbers(entry));
  }

  private static RaftClientReply success(List<Long> numbers) {
    List<Outcome> outcomes =
        numbers.stream().map(number -> (Outcome) new Outcome.Appended(1, number)).toList();
    return reply().setSuccess().setMessage(message(OutcomeFormat.encode(outcomes))).build();
  }

  private static Message message(byte[] bytes) {
    return Message.valueOf(ByteString.copyFrom(bytes));
  }

  private static RaftClientReply.Builder reply() {
    return RaftClientReply.newBuilder().setClientId(CLIENT).setServerId(MEMBER).setCallId(1);
  }
}
