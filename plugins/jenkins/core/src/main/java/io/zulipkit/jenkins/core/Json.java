package io.zulipkit.jenkins.core;

import java.util.List;
import java.util.Map;

/** Writes maps, lists, texts, numbers and booleans as JSON. What is {@code null} in a map is left out. */
final class Json {
    private final StringBuilder out = new StringBuilder();

    private Json() {}

    static String of(Object value) {
        Json json = new Json();
        json.write(value);
        return json.out.toString();
    }

    private void write(Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof Map) {
            write((Map<?, ?>) value);
        } else if (value instanceof List) {
            write((List<?>) value);
        } else {
            write(value.toString());
        }
    }

    private void write(Map<?, ?> map) {
        out.append('{');
        String separator = "";
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (entry.getValue() == null) {
                continue;
            }
            out.append(separator);
            write(entry.getKey().toString());
            out.append(':');
            write(entry.getValue());
            separator = ",";
        }
        out.append('}');
    }

    private void write(List<?> list) {
        out.append('[');
        String separator = "";
        for (Object value : list) {
            out.append(separator);
            write(value);
            separator = ",";
        }
        out.append(']');
    }

    /** Half of a surrogate pair, as a shortened log may end in, has no form in UTF-8; an escape would not be read either. */
    private void write(String text) {
        out.append('"');
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else if (Character.isSurrogate(c) && !isPair(text, at)) {
                out.append('\uFFFD');
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private static boolean isPair(String text, int at) {
        if (Character.isHighSurrogate(text.charAt(at))) {
            return at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1));
        }
        return at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }
}
