@NullMarked
package dev.millrace.server.rpc;

import org.jspecify.annotations.NullMarked;
