// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.millrace.core.error.KinesisError;
import dev.millrace.protocol.Blob;
import dev.millrace.protocol.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of a structure, in the order in which the service validates them.
 *
 * <pre>{@code
 * private static final StructureShape.Builder SHAPE_BUILDER = StructureShape.named("MergeShardsInput");
 * public static final Member<String> SHARD_TO_MERGE = SHAPE_BUILDER.required("ShardToMerge", SHARD_ID);
 * public static final StructureShape SHAPE = SHAPE_BUILDER.build();
 * }</pre>
 */
public final class StructureShape extends Type<Structure> {
  private static final String JAVA_PACKAGE = "com.amazonaws.kinesis.v20131202.";

  private final String name;
  private final Member<?>[] members;

  private StructureShape(String name, List<Member<?>> members) {
    super(List.of());
    this.name = name;
    this.members = members.toArray(Member<?>[]::new);
  }

  /** Starts a shape of that name in the service model. */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** The shape's name in the service model. */
  public String name() {
    return name;
  }

  List<Member<?>> members() {
    return List.of(members);
  }

  boolean owns(Member<?> member) {
    return member.ordinal() < members.length && members[member.ordinal()] == member;
  }

  /**
   * Decodes a body. Members that the shape does not have are skipped; null is the same as absent.
   *
   * @return the structure, not validated yet; or a SerializationException, without a text if the
   *     body does not parse or is not a structure
   */
  public Decoded decode(Codec codec, Blob body) {
    try (ValueReader in = new ValueReader(codec, body)) {
      in.startBody();
      Structure structure = read(in);
      in.endBody();
      return new Decoded.Input(structure);
    } catch (MalformedValueException malformed) {
      // The service parses first and converts then: bad syntax further on wins over a bad type.
      String text = BodySyntax.isStructure(codec, body) ? malformed.text() : "";
      return new Decoded.Malformed(new KinesisError(KinesisError.Name.SERIALIZATION, text));
    } catch (JsonProcessingException unparseable) {
      return new Decoded.Malformed(new KinesisError(KinesisError.Name.SERIALIZATION, ""));
    } catch (IOException impossible) {
      throw new UncheckedIOException("reading an array failed", impossible);
    }
  }

  @Override
  Structure read(ValueReader in) throws IOException, MalformedValueException {
    in.startStructure();
    @Nullable Object[] values = new Object[members.length];
    int expected = 0;
    for (String found = in.nextName(); found != null; found = in.nextName()) {
      int ordinal = ordinalOf(found, expected);
      if (ordinal < 0) {
        in.skip();
      } else {
        values[ordinal] = in.isNull() ? null : members[ordinal].type().read(in);
        expected = ordinal + 1;
      }
    }
    return new Structure(this, values);
  }

  /** Searches from the expected ordinal on, since clients send members in a constant order. */
  private int ordinalOf(String name, int expected) {
    for (int i = 0; i < members.length; i++) {
      int candidate = (expected + i) % members.length;
      if (members[candidate].name().equals(name)) {
        return candidate;
      }
    }
    return -1;
  }

  @Override
  void check(Structure structure, Violations found) {
    for (Member<?> member : members) {
      if (found.isFull()) {
        return;
      }
      check(structure, member, found);
    }
  }

  private static <T> void check(Structure structure, Member<T> member, Violations found) {
    T value = structure.raw(member);
    found.enter(member);
    if (value != null) {
      member.type().check(value, found);
    } else if (member.required() || found.alsoRequires(member)) {
      found.add(null, "Member must not be null");
    }
    found.leave();
  }

  @Override
  String print(Structure structure) {
    return JAVA_PACKAGE + name + "@" + Integer.toHexString(structure.hashCode());
  }

  @Override
  public String toString() {
    return name;
  }

  /** Collects members in the order of validation. Not thread-safe. */
  public static final class Builder {
    private final String name;
    private final List<Member<?>> members = new ArrayList<>();

    private Builder(String name) {
      this.name = name;
    }

    /** Adds a member that may be absent. */
    public <T> Member<T> optional(String memberName, Type<T> type) {
      return add(memberName, type, false);
    }

    /** Adds a member whose absence is a violation. */
    public <T> Member<T> required(String memberName, Type<T> type) {
      return add(memberName, type, true);
    }

    private <T> Member<T> add(String memberName, Type<T> type, boolean required) {
      Member<T> member = new Member<>(memberName, type, required, members.size());
      members.add(member);
      return member;
    }

    public StructureShape build() {
      return new StructureShape(name, members);
    }
  }
}
