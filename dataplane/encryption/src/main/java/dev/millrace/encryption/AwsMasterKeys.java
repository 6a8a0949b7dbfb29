// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.encryption;

import dev.millrace.core.error.Excerpt;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.KmsClientBuilder;
import software.amazon.awssdk.services.kms.model.DisabledException;
import software.amazon.awssdk.services.kms.model.KmsException;
import software.amazon.awssdk.services.kms.model.NotFoundException;

/**
 * Master keys in AWS KMS, by the SDK of AWS. A key id goes there as the client gave it, so all
 * forms of KMS are valid; only the alias of the service's own key, which no other service may use,
 * means {@code alias/default}. What KMS wraps says which key it was, so an alias may be moved.
 */
final class AwsMasterKeys implements MasterKeys, AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(3);
  private static final Duration WHOLE_CALL = Duration.ofSeconds(8);
  private static final String CONTEXT = "millrace:stream";

  private final KmsClient kms;

  /**
   * Connects at the first call.
   *
   * @param endpoint another than that of the region
   * @param credentials access key id and secret; empty for those that the SDK finds, in the
   *     environment or by EKS Pod Identity
   */
  AwsMasterKeys(
      String region, Optional<URI> endpoint, Optional<Map.Entry<String, String>> credentials) {
    KmsClientBuilder builder =
        KmsClient.builder()
            .region(Region.of(region))
            .credentialsProvider(
                credentials
                    .<AwsCredentialsProvider>map(
                        pair ->
                            StaticCredentialsProvider.create(
                                AwsBasicCredentials.create(pair.getKey(), pair.getValue())))
                    .orElseGet(() -> DefaultCredentialsProvider.builder().build()))
            .overrideConfiguration(each -> each.apiCallTimeout(WHOLE_CALL))
            .httpClient(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT)
                    .socketTimeout(ANSWER)
                    .build());
    endpoint.ifPresent(builder::endpointOverride);
    this.kms = builder.build();
  }

  private static String there(String keyId) {
    return keyId.equals(MasterKeyName.SERVICE_ALIAS) ? "alias/" + MasterKeyName.DEFAULT : keyId;
  }

  @Override
  public byte[] wrap(String keyId, byte[] dataKey, String context) {
    return call(
        keyId,
        client ->
            client
                .encrypt(
                    request ->
                        request
                            .keyId(there(keyId))
                            .plaintext(SdkBytes.fromByteArray(dataKey))
                            .encryptionContext(Map.of(CONTEXT, context)))
                .ciphertextBlob());
  }

  @Override
  public byte[] unwrap(String keyId, byte[] wrapped, String context) {
    return call(
        keyId,
        client ->
            client
                .decrypt(
                    request ->
                        request
                            .ciphertextBlob(SdkBytes.fromByteArray(wrapped))
                            .encryptionContext(Map.of(CONTEXT, context)))
                .plaintext());
  }

  private byte[] call(String keyId, Function<KmsClient, SdkBytes> call) {
    try {
      return call.apply(kms).asByteArray();
    } catch (NotFoundException e) {
      throw refusal(Reason.KEY_NOT_FOUND, keyId, e);
    } catch (DisabledException e) {
      throw refusal(Reason.KEY_DISABLED, keyId, e);
    } catch (KmsException e) {
      throw refusal(reason(e), keyId, e);
    } catch (SdkException e) {
      throw refusal(Reason.KEY_UNREACHABLE, keyId, e);
    }
  }

  private static Reason reason(KmsException e) {
    String code = e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorCode();
    if (e.isThrottlingException() || e.statusCode() >= 500) {
      return Reason.KEY_UNREACHABLE;
    }
    return e.statusCode() == 403 || code.contains("AccessDenied")
        ? Reason.KEY_DENIED
        : Reason.KEY_INVALID;
  }

  private static LogRefusedException refusal(Reason reason, String keyId, SdkException e) {
    return new LogRefusedException(
        reason,
        "master key %s cannot be used: AWS KMS: %s"
            .formatted(Excerpt.of(keyId), Excerpt.of(String.valueOf(e.getMessage()))),
        e);
  }

  @Override
  public void close() {
    kms.close();
  }
}
