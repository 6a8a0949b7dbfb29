// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A minimal client with one blocking socket, so that nearly all of the measured time is spent in
 * the server.
 */
final class HttpConnection implements Client {
  private static final int BUFFER_BYTES = 256 * 1024;

  private final Socket socket;
  private final InputStream in;
  private final StringBuilder line = new StringBuilder();

  HttpConnection(InetSocketAddress server) throws IOException {
    socket = new Socket(server.getAddress(), server.getPort());
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
  }

  private static byte[] head(Request request) {
    return ("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
            + Request.CONTENT_TYPE
            + "\r\nX-Amz-Target: "
            + request.target()
            + "\r\nContent-Length: "
            + request.body().length
            + "\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public byte[] exchange(Request request) throws IOException {
    socket.getOutputStream().write(head(request));
    socket.getOutputStream().write(request.body());
    String status = readLine();
    int length = 0;
    for (String header = readLine(); !header.isEmpty(); header = readLine()) {
      if (header.regionMatches(true, 0, "content-length:", 0, 15)) {
        length = Integer.parseInt(header.substring(15).strip());
      }
    }
    byte[] body = in.readNBytes(length);
    if (!status.startsWith("HTTP/1.1 200")) {
      throw new IOException(status + ": " + new String(body, StandardCharsets.UTF_8));
    }
    return body;
  }

  private String readLine() throws IOException {
    line.setLength(0);
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the server closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
