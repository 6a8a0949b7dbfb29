package dev.millrace.server.role;

import dev.millrace.core.limit.AwsShardLimits;
import dev.millrace.core.limit.ShardLimits;
import dev.millrace.server.config.ServerSettings.Limits;
import java.util.function.LongSupplier;

/** The limits of a throughput profile. */
final class ShardLimitsOf {
  private ShardLimitsOf() {}

  static ShardLimits profile(Limits profile, LongSupplier nanos) {
    return switch (profile) {
      case NONE -> ShardLimits.NONE;
      case AWS -> new AwsShardLimits(nanos);
    };
  }
}
