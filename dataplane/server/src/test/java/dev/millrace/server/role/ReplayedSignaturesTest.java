// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.server.role;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A signed request that somebody has recorded is good for that request and five minutes, a
 * presigned one for as long as it says, and neither for anything else.
 */
class ReplayedSignaturesTest {
  private static final String KEY = "orders-team";
  private static final String SECRET = "a-secret-of-the-test";
  private static final String LIST = "Kinesis_20131202.ListStreams";
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  @TempDir private Path folder;
  private TestingStandalone millrace;
  private final HttpClient client = HttpClient.newHttpClient();

  @BeforeEach
  void start() throws Exception {
    millrace =
        new TestingStandalone(
            folder.resolve("data"),
            "MILLRACE_CREDENTIALS",
            KEY + ":" + SECRET,
            "MILLRACE_REGION",
            "us-east-1");
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    millrace.close();
  }

  /**
   * A request.
   *
   * @param query raw, with the signature if it is presigned
   * @param authorization empty if it is presigned
   */
  private record Recorded(
      String query, String target, String date, String authorization, String body) {
    Recorded withBody(String other) {
      return new Recorded(query, target, date, authorization, other);
    }

    Recorded withTarget(String other) {
      return new Recorded(query, other, date, authorization, body);
    }

    Recorded withQuery(String other) {
      return new Recorded(other, target, date, authorization, body);
    }

    Recorded withDate(String other) {
      return new Recorded(query, target, other, authorization, body);
    }
  }

  private String host() {
    return "127.0.0.1:" + millrace.port();
  }

  private String scope(Instant at) {
    return SECOND.format(at).substring(0, 8) + "/us-east-1/kinesis/aws4_request";
  }

  private String signature(Instant at, String canonical) throws GeneralSecurityException {
    String text =
        String.join("\n", "AWS4-HMAC-SHA256", SECOND.format(at), scope(at), sha256(canonical));
    byte[] key = ("AWS4" + SECRET).getBytes(UTF_8);
    for (String part : scope(at).split("/", -1)) {
      key = hmac(key, part);
    }
    return HexFormat.of().formatHex(hmac(key, text));
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(UTF_8));
  }

  private static String sha256(String text) throws GeneralSecurityException {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
  }

  private Recorded signed(String target, String body) throws GeneralSecurityException {
    Instant at = millrace.now();
    String canonical =
        "POST\n/\n\nhost:%s\nx-amz-date:%s\nx-amz-target:%s\n\nhost;x-amz-date;x-amz-target\n%s"
            .formatted(host(), SECOND.format(at), target, sha256(body));
    return new Recorded(
        "",
        target,
        SECOND.format(at),
        "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=host;x-amz-date;x-amz-target, Signature=%s"
            .formatted(KEY, scope(at), signature(at, canonical)),
        body);
  }

  private Recorded presigned(String target, String body, String expires)
      throws GeneralSecurityException {
    Instant at = millrace.now();
    String query =
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=%s&X-Amz-Date=%s&X-Amz-Expires=%s&X-Amz-SignedHeaders=host"
            .formatted(URLEncoder.encode(KEY + "/" + scope(at), UTF_8), SECOND.format(at), expires);
    String canonical = "POST\n/\n%s\nhost:%s\n\nhost\n%s".formatted(query, host(), sha256(body));
    return new Recorded(
        query + "&X-Amz-Signature=" + signature(at, canonical), target, "", "", body);
  }

  private String send(Recorded request) throws Exception {
    String query = request.query().isEmpty() ? "" : "?" + request.query();
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create("http://" + host() + "/" + query))
            .header("Content-Type", "application/x-amz-json-1.1")
            .header("X-Amz-Target", request.target())
            .POST(HttpRequest.BodyPublishers.ofString(request.body()));
    if (!request.date().isEmpty()) {
      builder.header("X-Amz-Date", request.date());
    }
    if (!request.authorization().isEmpty()) {
      builder.header("Authorization", request.authorization());
    }
    HttpResponse<String> answer =
        client.send(builder.build(), HttpResponse.BodyHandlers.ofString());
    return answer.statusCode() + " " + answer.body();
  }

  private static void assertRefused(String answer) {
    assertThat(answer).startsWith("400 ").contains("InvalidSignatureException");
  }

  @Test
  void aRecordedRequestIsGoodForFiveMinutesAndThenNoMore() throws Exception {
    Recorded recorded = signed(LIST, "{}");
    assertThat(send(recorded)).startsWith("200 ");
    millrace.pass(Duration.ofMinutes(5));
    assertThat(send(recorded)).startsWith("200 ");
    millrace.pass(Duration.ofSeconds(1));
    assertRefused(send(recorded));
    assertRefused(send(recorded.withDate(SECOND.format(millrace.now()))));
    assertThat(send(signed(LIST, "{}"))).startsWith("200 ");
  }

  @Test
  void aRecordedSignatureIsGoodForItsRequestOnly() throws Exception {
    Recorded recorded = signed(LIST, "{}");
    assertRefused(send(recorded.withBody("{\"Limit\":1}")));
    assertRefused(send(recorded.withTarget("Kinesis_20131202.DescribeLimits")));
    assertRefused(send(recorded.withQuery("a=b")));
  }

  @Test
  void aPresignedRequestIsGoodUntilItExpires() throws Exception {
    Recorded recorded = presigned(LIST, "{}", "600");
    assertThat(send(recorded)).startsWith("200 ");
    millrace.pass(Duration.ofSeconds(601));
    assertRefused(send(recorded));
    assertRefused(
        send(recorded.withQuery(recorded.query().replace("Expires=600", "Expires=6000"))));
    assertThat(send(signed(LIST, "{}"))).startsWith("200 ");
  }

  @Test
  void aPresignedRequestLastsSevenDaysAtMostAndIsSignedOnce() throws Exception {
    assertThat(send(presigned(LIST, "{}", "604800"))).startsWith("200 ");
    for (String expires : new String[] {"604801", "-1", "99999999999", "1e3"}) {
      assertThat(send(presigned(LIST, "{}", expires)))
          .as(expires)
          .startsWith("400 ")
          .contains("IncompleteSignatureException");
    }
    Recorded recorded = presigned(LIST, "{}", "600");
    assertRefused(send(recorded.withBody("{\"Limit\":1}")));
    assertRefused(send(recorded.withQuery(recorded.query() + "&a=b")));
    Recorded both = signed(LIST, "{}").withQuery(recorded.query());
    assertThat(send(both)).startsWith("400 ").contains("Found both");
  }
}
