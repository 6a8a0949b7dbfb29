package dev.millrace.protocol;

/**
 * An HTTP request as it came, whole.
 *
 * @param id names it in its answer; drawn by the server
 * @param method the method in upper case
 * @param rawPath the path, still percent-encoded; only signatures depend on it
 * @param rawQuery the query without {@code ?}, still percent-encoded; empty if there is none
 * @param headers the headers
 * @param body the body; empty if there is none
 */
public record WireRequest(
    String id, String method, String rawPath, String rawQuery, HeaderLookup headers, Blob body) {}
