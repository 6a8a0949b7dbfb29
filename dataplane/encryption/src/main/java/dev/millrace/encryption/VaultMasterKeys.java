// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.core.error.Excerpt;
import dev.millrace.core.port.LogRefusedException;
import dev.millrace.core.port.LogRefusedException.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Master keys in Vault's or OpenBao's Transit engine, which rotates them itself. The token needs
 * {@code update} on {@code encrypt/NAME} and {@code decrypt/NAME}; with {@code create}, Vault would
 * make a key of every name that a client tries.
 *
 * @see <a href="https://developer.hashicorp.com/vault/api-docs/secret/transit">Transit secrets
 *     engine</a>
 */
final class VaultMasterKeys implements MasterKeys, AutoCloseable {
  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final Duration ANSWER = Duration.ofSeconds(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String url;
  private final String token;
  private final HttpClient client;

  /**
   * Connects at the first call.
   *
   * @param url of the engine: scheme, host, port, {@code /v1/} and where it is mounted
   * @param authority PEM certificates that Vault's is signed by; empty for those of the JDK
   * @throws IOException if the certificates cannot be used
   */
  VaultMasterKeys(String url, String token, Optional<String> authority) throws IOException {
    this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    this.token = token;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(CONNECT);
    if (authority.isPresent()) {
      builder.sslContext(trusting(authority.get()));
    }
    this.client = builder.build();
  }

  private static SSLContext trusting(String pem) throws IOException {
    try {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      for (Certificate each :
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem.getBytes(UTF_8)))) {
        trusted.setCertificateEntry("vault-" + number++, each);
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("the certificates of Vault's authority cannot be used", e);
    }
  }

  @Override
  public byte[] wrap(String keyId, byte[] dataKey, String context) {
    MasterKeyName name = MasterKeyName.of(keyId);
    return call(name, "encrypt", "plaintext", base64(dataKey), context, "ciphertext")
        .getBytes(UTF_8);
  }

  @Override
  public byte[] unwrap(String keyId, byte[] wrapped, String context) {
    MasterKeyName name = MasterKeyName.of(keyId);
    String text = new String(wrapped, UTF_8);
    return Base64.getDecoder()
        .decode(call(name, "decrypt", "ciphertext", text, context, "plaintext"));
  }

  private String call(
      MasterKeyName name,
      String verb,
      String member,
      String value,
      String context,
      String answerMember) {
    HttpResponse<String> answer;
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("%s/%s/%s".formatted(url, verb, name.text())))
              .timeout(ANSWER)
              .header("X-Vault-Token", token)
              .header("X-Vault-Request", "true")
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      JSON.writeValueAsString(
                          Map.of(
                              member, value, "associated_data", base64(context.getBytes(UTF_8))))))
              .build();
      answer = client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw refusal(Reason.KEY_UNREACHABLE, name, "Vault at " + url + " does not answer: " + e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw refusal(Reason.KEY_UNREACHABLE, name, "the call to Vault was interrupted");
    }
    return read(name, answer, answerMember);
  }

  private static String read(MasterKeyName name, HttpResponse<String> answer, String member) {
    JsonNode body;
    try {
      body = JSON.readTree(answer.body());
    } catch (JsonProcessingException e) {
      // Not what it says: the text may be a key.
      throw refusal(
          Reason.KEY_UNREACHABLE,
          name,
          "Vault answered %d without JSON".formatted(answer.statusCode()));
    }
    String found = body.path("data").path(member).asText("");
    if (answer.statusCode() == 200 && !found.isEmpty()) {
      return found;
    }
    String errors = Excerpt.of(body.path("errors").toString());
    throw refusal(
        reason(answer.statusCode(), errors),
        name,
        "Vault answered %d %s".formatted(answer.statusCode(), errors));
  }

  private static Reason reason(int status, String errors) {
    return switch (status) {
      case 400 -> errors.contains("key not found") ? Reason.KEY_NOT_FOUND : Reason.KEY_INVALID;
      case 403 -> Reason.KEY_DENIED;
      case 404 -> Reason.KEY_NOT_FOUND;
      default -> Reason.KEY_UNREACHABLE;
    };
  }

  private static LogRefusedException refusal(Reason reason, MasterKeyName name, String what) {
    return new LogRefusedException(
        reason, "master key %s cannot be used: %s".formatted(name.text(), what), null);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
