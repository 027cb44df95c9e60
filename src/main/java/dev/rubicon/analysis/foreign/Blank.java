package dev.rubicon.analysis.foreign;

/** Takes text away and leaves its room. */
final class Blank {

    private Blank() {}

    /** Puts a space in place of each character, breaks of lines excepted. */
    static void out(StringBuilder text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (c != '\n' && c != '\r') {
                text.setCharAt(i, ' ');
            }
        }
    }

    /** Puts an identifier in place of the characters: their letters in lower case, so that quoted or not it is the same. */
    static void identifier(StringBuilder text, int from, int to) {
        for (int i = from; i < to; i++) {
            char c = Character.toLowerCase(text.charAt(i));
            boolean plain = c >= 'a' && c <= 'z' || i > from && c >= '0' && c <= '9';
            text.setCharAt(i, plain ? c : '_');
        }
    }
}
