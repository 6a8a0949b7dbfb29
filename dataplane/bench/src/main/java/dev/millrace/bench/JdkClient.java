// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/**
 * The JDK's HTTP client, which shows what an ordinary client on the same machine adds to each call.
 */
final class JdkClient implements Client {
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI uri;

  JdkClient(InetSocketAddress server) {
    uri =
        URI.create(
            "http://%s:%d/".formatted(server.getAddress().getHostAddress(), server.getPort()));
  }

  @Override
  public byte[] exchange(Request request) throws IOException {
    try {
      HttpResponse<byte[]> answer =
          client.send(
              HttpRequest.newBuilder(uri)
                  .header("Content-Type", Request.CONTENT_TYPE)
                  .header("X-Amz-Target", request.target())
                  .POST(HttpRequest.BodyPublishers.ofByteArray(request.body()))
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      if (answer.statusCode() != 200) {
        throw new IOException(
            answer.statusCode() + ": " + new String(answer.body(), StandardCharsets.UTF_8));
      }
      return answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
