// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.e2e.replicas;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.Base64;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The certificate of all members of a group, which is its own authority. Made by the JDK's keytool,
 * since the JDK has no other public way to sign one.
 */
final class MemberCertificate {
  private static final String ALIAS = "member";
  private static final String PASSWORD = "changeit";
  private static final int LINE = 64;

  /** Of two sets. */
  private static final int MEMBERS = 2 * ReplicaGroup.MEMBERS;

  private MemberCertificate() {}

  /**
   * Makes one for this machine.
   *
   * @param folder gets {@code tls.crt}, {@code tls.key} and {@code ca.crt}
   */
  static void writeTo(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path store = folder.resolve("member.p12");
    keytool(
        "-genkeypair",
        "-alias",
        ALIAS,
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-validity",
        "30",
        "-dname",
        "CN=localhost",
        "-ext",
        IntStream.range(0, MEMBERS)
            .mapToObj(member -> "dns:" + MemberLinks.name(member))
            .collect(Collectors.joining(",", "san=", "")),
        "-storetype",
        "PKCS12",
        "-keystore",
        store.toString(),
        "-storepass",
        PASSWORD);
    try (InputStream bytes = Files.newInputStream(store)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(bytes, PASSWORD.toCharArray());
      String certificate = pem("CERTIFICATE", keys.getCertificate(ALIAS).getEncoded());
      Key key = keys.getKey(ALIAS, PASSWORD.toCharArray());
      Files.writeString(folder.resolve("tls.crt"), certificate);
      Files.writeString(folder.resolve("ca.crt"), certificate);
      Files.writeString(folder.resolve("tls.key"), pem("PRIVATE KEY", key.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IOException("keytool made a key store that cannot be read: " + store, e);
    }
  }

  private static void keytool(String... arguments) throws IOException {
    String[] command = new String[arguments.length + 1];
    command[0] = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException("keytool failed: " + printed);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while keytool ran", e);
    }
  }

  private static String pem(String what, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(
            what,
            Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(bytes),
            what);
  }
}
