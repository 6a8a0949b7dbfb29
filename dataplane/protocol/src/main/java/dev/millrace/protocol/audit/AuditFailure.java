// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.protocol.audit;

import dev.millrace.core.error.KinesisError;
import java.util.List;

/**
 * Why a call failed.
 *
 * @param code the {@code errorCode}: the name of the error as the client got it
 * @param message the {@code errorMessage}; may be empty
 */
public record AuditFailure(String code, String message) {
  /**
   * What follows one of these is quoted from the request's authorization, which may hold a password
   * or a token of another scheme.
   */
  private static final List<String> QUOTES_OF_AUTHORIZATION =
      List.of(" Authorization=", ", got '", ": '");

  /** The failure for an error of Kinesis. */
  public static AuditFailure of(KinesisError error) {
    return of(error.name().text(), error);
  }

  /**
   * The failure for an error that its service calls by another name.
   *
   * @param code that name
   */
  public static AuditFailure of(String code, KinesisError error) {
    String message = error.message();
    if (error.name() == KinesisError.Name.INCOMPLETE_SIGNATURE) {
      for (String quote : QUOTES_OF_AUTHORIZATION) {
        int start = message.indexOf(quote);
        message = start < 0 ? message : message.substring(0, start);
      }
    }
    return new AuditFailure(code, message);
  }
}
