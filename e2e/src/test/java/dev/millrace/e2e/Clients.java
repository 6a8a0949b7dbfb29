// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.KinesisClient;

/** Clients of the AWS SDK for Java, built as users do, with another endpoint. */
final class Clients {
  static final AwsCredentialsProvider ANYBODY =
      StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any"));

  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);

  private Clients() {}

  /** The sync client, which uses HTTP/1.1. */
  static KinesisClient sync(URI endpoint, @Nullable Path trusted) {
    return sync(endpoint, trusted, ANYBODY, ClientOverrideConfiguration.builder().build());
  }

  /** The sync client without retries: a call that fails is reported as failed. */
  static KinesisClient withoutRetries(URI endpoint) {
    return sync(
        endpoint,
        null,
        ANYBODY,
        ClientOverrideConfiguration.builder().retryStrategy(AwsRetryStrategy.doNotRetry()).build());
  }

  /** The sync client with the given credentials. */
  static KinesisClient sync(
      URI endpoint,
      @Nullable Path trusted,
      AwsCredentialsProvider who,
      ClientOverrideConfiguration configuration) {
    ApacheHttpClient.Builder http = ApacheHttpClient.builder().maxConnections(64);
    if (trusted != null) {
      TrustManager[] trust = trusting(trusted);
      http.tlsTrustManagersProvider(() -> trust);
    }
    return KinesisClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(who)
        .httpClientBuilder(http)
        .overrideConfiguration(configuration)
        .build();
  }

  /** The async client, which uses HTTP/2 with prior knowledge, over TLS without ALPN. */
  static KinesisAsyncClient async(
      URI endpoint, @Nullable Path trusted, ClientOverrideConfiguration configuration) {
    NettyNioAsyncHttpClient.Builder http = NettyNioAsyncHttpClient.builder();
    if (trusted != null) {
      TrustManager[] trust = trusting(trusted);
      http.tlsTrustManagersProvider(() -> trust);
    }
    return KinesisAsyncClient.builder()
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(ANYBODY)
        .httpClientBuilder(http)
        .overrideConfiguration(configuration)
        .build();
  }

  /** Wraps the async client so that it blocks, and one scenario can run with both clients. */
  static KinesisClient waitingFor(KinesisAsyncClient async) {
    return (KinesisClient)
        Proxy.newProxyInstance(
            Clients.class.getClassLoader(),
            new Class<?>[] {KinesisClient.class},
            (proxy, method, arguments) -> {
              Object answer;
              try {
                answer =
                    KinesisAsyncClient.class
                        .getMethod(method.getName(), method.getParameterTypes())
                        .invoke(async, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              return answer instanceof CompletableFuture<?> future ? await(future) : answer;
            });
  }

  private static Object await(CompletableFuture<?> future) throws Throwable {
    try {
      return future.get(CALL_TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause();
    } catch (TimeoutException e) {
      throw new AssertionError("no answer within " + CALL_TIMEOUT, e);
    }
  }

  private static TrustManager[] trusting(Path certificate) {
    try (InputStream pem = Files.newInputStream(certificate)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      store.setCertificateEntry(
          "millrace", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("cannot trust " + certificate, e);
    }
  }
}
