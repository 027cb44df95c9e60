package dev.rubicon.engine.postgres;

import java.util.ArrayList;
import java.util.List;

/** A condition in the parts that must all hold, each as its author wrote it. */
final class Conjunction {

    private Conjunction() {}

    static List<String> parts(Fragments fragments, String condition) {
        String text = condition.strip();
        if (!fragments.conjoins(text)) {
            return List.of(text);
        }
        List<String> pieces = whole(fragments, apart(text));
        if (pieces.size() > 1) {
            return pieces.stream().flatMap(piece -> parts(fragments, piece).stream()).toList();
        }
        return text.startsWith("(") && text.endsWith(")")
                ? parts(fragments, text.substring(1, text.length() - 1))
                : List.of(text);
    }

    /** Cut at each AND that stands outside of parentheses, whatever it belongs to. */
    private static List<String> apart(String text) {
        List<String> pieces = new ArrayList<>();
        Lexer token = new Lexer(text, 0);
        int depth = 0;
        int from = 0;
        while (token.next()) {
            if (token.is('(') || token.is('[')) {
                depth++;
            } else if (token.is(')') || token.is(']')) {
                depth--;
            } else if (depth == 0 && token.is("and")) {
                pieces.add(text.substring(from, token.start()));
                from = token.end();
            }
        }
        pieces.add(text.substring(from));
        return pieces;
    }

    /** The AND of a BETWEEN or in a CASE leaves pieces that are none by themselves. */
    private static List<String> whole(Fragments fragments, List<String> pieces) {
        List<String> whole = new ArrayList<>();
        String open = "";
        for (String piece : pieces) {
            open = open.isEmpty() ? piece : open + "AND" + piece;
            if (fragments.isExpression(open)) {
                whole.add(open.strip());
                open = "";
            }
        }
        return open.isEmpty() ? whole : List.of();
    }
}
