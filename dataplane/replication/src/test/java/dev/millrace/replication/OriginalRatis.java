// SPDX-FileCopyrightText: 2026 The Millrace Authors
// SPDX-License-Identifier: Apache-2.0

package dev.millrace.replication;

import java.io.File;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.ratis.util.AtomicFileOutputStream;

/**
 * The class path of this test without the patched class: all classes are loaded once more, for the
 * thread that makes and closes it.
 */
final class OriginalRatis implements AutoCloseable {
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  private final URLClassLoader loader;

  OriginalRatis() throws IOException {
    URL patch = AtomicFileOutputStream.class.getProtectionDomain().getCodeSource().getLocation();
    List<URL> all = classPath();
    List<URL> others = all.stream().filter(url -> !url.sameFile(patch)).toList();
    if (others.size() != all.size() - 1) {
      throw new IllegalStateException(patch + " must be once on the class path " + all);
    }
    loader = new URLClassLoader(others.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    // Ratis looks for its classes there.
    Thread.currentThread().setContextClassLoader(loader);
  }

  private static List<URL> classPath() throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      urls.add(Path.of(entry).toUri().toURL());
    }
    return urls;
  }

  /** The class as it is in this class path. */
  Class<?> load(Class<?> here) throws ClassNotFoundException {
    return loader.loadClass(here.getName());
  }

  @Override
  public void close() throws IOException {
    Thread.currentThread().setContextClassLoader(before);
    loader.close();
  }
}
