package dev.rubicon.analysis.rules;

import java.util.List;

/** Words for messages. */
final class Sentences {

    private static final int BRIEF = 120;

    private Sentences() {}

    /** A statement in one line, cut where it is long. */
    static String brief(String sql) {
        String line = sql.strip().replaceAll("\\s+", " ");
        return line.length() <= BRIEF ? line : line.substring(0, BRIEF - 1) + "…";
    }

    /** {@code a, b and c}. */
    static String list(List<?> things) {
        List<String> words = things.stream().map(Object::toString).toList();
        return words.size() < 2
                ? String.join("", words)
                : String.join(", ", words.subList(0, words.size() - 1)) + " and " + words.getLast();
    }
}
