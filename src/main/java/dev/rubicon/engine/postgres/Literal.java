package dev.rubicon.engine.postgres;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * A string constant, and where each character of its value stands in the script.
 *
 * @param at from an index in the value, its length included, to an offset in the script. Exact for dollar quotes and for
 *     plain quotes; for constants with escapes that this does not read, the offset of the whole constant
 */
record Literal(String value, IntUnaryOperator at) {

    /** @param value what the grammar says the constant at this range of the script is */
    static Literal of(String script, int start, int end, String value) {
        if (script.charAt(start) == '$') {
            int body = script.indexOf('$', start + 1) + 1;
            return new Literal(value, i -> body + i);
        }
        int[] places = new int[end - start + 1];
        int quote = script.indexOf('\'', start);
        int length = places(script, quote < 0 ? start : quote, end, script.charAt(start), places);
        boolean known = length == value.length() && matches(script, places, value);
        return new Literal(value, i -> known ? places[i] : start);
    }

    private static boolean matches(String script, int[] places, String value) {
        for (int i = 0; i < value.length(); i++) {
            char written = script.charAt(places[i]);
            if (written != value.charAt(i) && written != '\\') {
                return false;
            }
        }
        return true;
    }

    /** Fills in the place of each character of the value; -1 for what it cannot read. */
    private static int places(String script, int quote, int end, char prefix, int[] places) {
        boolean escapes = prefix == 'E' || prefix == 'e';
        int length = 0;
        int i = quote + 1;
        while (i < end - 1) {
            char c = script.charAt(i);
            places[length] = i;
            if (c == '\'' && script.charAt(i + 1) != '\'') {
                // the value goes on behind a line break, in quotes of its own
                i = script.indexOf('\'', i + 1) + 1;
                continue;
            }
            if (c == '\\' && escapes && !simple(script.charAt(i + 1))) {
                Arrays.fill(places, -1);
                return -1;
            }
            i += c == '\'' || c == '\\' && escapes ? 2 : 1;
            length++;
        }
        places[length] = end - 1;
        return length;
    }

    /** Whether this character behind a backslash stands for one character. */
    private static boolean simple(char escaped) {
        return "bfnrt'\\\"$".indexOf(escaped) >= 0;
    }
}
