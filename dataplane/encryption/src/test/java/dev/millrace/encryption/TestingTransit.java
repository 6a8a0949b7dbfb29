// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.encryption;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.crypto.tink.Aead;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Speaks the two calls of Vault's Transit engine that are used, as its documentation describes
 * them. It is no Vault: what Vault does beyond that is not tested.
 */
final class TestingTransit implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOKEN = "s.token";

  private final HttpServer server;
  private final Random random = new Random(4);
  private final Map<String, List<byte[]>> keys = new HashMap<>();
  private boolean sealed;

  TestingTransit() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/transit/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/transit";
  }

  static String token() {
    return TOKEN;
  }

  /** Adds a version to a key, and the key if there is none. */
  synchronized void rotate(String name) {
    byte[] key = new byte[32];
    random.nextBytes(key);
    keys.computeIfAbsent(name, each -> new ArrayList<>()).add(key);
  }

  synchronized void delete(String name) {
    keys.remove(name);
  }

  /** Whether it answers that it is sealed. */
  synchronized void seal(boolean now) {
    sealed = now;
  }

  private void answer(HttpExchange exchange) throws IOException {
    JsonNode body = JSON.readTree(exchange.getRequestBody());
    Reply reply = reply(exchange, body);
    byte[] text = JSON.writeValueAsBytes(reply.body());
    exchange.sendResponseHeaders(reply.status(), text.length);
    exchange.getResponseBody().write(text);
    exchange.close();
  }

  private record Reply(int status, Object body) {
    static Reply errors(int status, String error) {
      return new Reply(status, Map.of("errors", List.of(error)));
    }
  }

  private synchronized Reply reply(HttpExchange exchange, JsonNode body) {
    if (sealed) {
      return Reply.errors(503, "Vault is sealed");
    }
    if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("X-Vault-Token"))) {
      return Reply.errors(403, "permission denied");
    }
    String[] path = exchange.getRequestURI().getPath().split("/", -1);
    List<byte[]> versions = keys.get(path[4]);
    if (versions == null) {
      return Reply.errors(400, "encryption key not found");
    }
    byte[] context = Base64.getDecoder().decode(body.path("associated_data").asText());
    try {
      return path[3].equals("encrypt")
          ? encrypted(versions, body.path("plaintext").asText(), context)
          : decrypted(versions, body.path("ciphertext").asText(), context);
    } catch (GeneralSecurityException e) {
      return Reply.errors(400, "cipher: message authentication failed");
    }
  }

  private static Reply encrypted(List<byte[]> versions, String plaintext, byte[] context)
      throws GeneralSecurityException {
    Aead newest = AeadKeys.single(versions.getLast());
    byte[] bytes = newest.encrypt(Base64.getDecoder().decode(plaintext), context);
    String text =
        "vault:v%d:%s".formatted(versions.size(), Base64.getEncoder().encodeToString(bytes));
    return new Reply(200, Map.of("data", Map.of("ciphertext", text)));
  }

  private static Reply decrypted(List<byte[]> versions, String ciphertext, byte[] context)
      throws GeneralSecurityException {
    String[] parts = ciphertext.split(":", -1);
    int version = Integer.parseInt(parts[1].substring(1));
    byte[] bytes =
        AeadKeys.single(versions.get(version - 1))
            .decrypt(Base64.getDecoder().decode(parts[2].getBytes(UTF_8)), context);
    return new Reply(
        200, Map.of("data", Map.of("plaintext", Base64.getEncoder().encodeToString(bytes))));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
