package dev.rubicon.engine.postgres;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A statement's own words. The trees say at most where something begins; where it ends follows from the tokens. Tokens are
 * counted from 0, an end is the token behind the last; -1 stands for a place that the tree does not tell.
 */
final class Wording {

    private final Scripts.Parsed statement;
    private @Nullable List<Token> tokens;

    private record Token(int start, int end, Lexer.Kind kind) {}

    /** Tokens of one piece. */
    record Range(int first, int end) {}

    Wording(Scripts.Parsed statement) {
        this.statement = statement;
    }

    /** The author's text of the tokens, comments between them included. */
    String text(int first, int end) {
        List<Token> all = tokens();
        return first < 0 || first >= end || end > all.size()
                ? ""
                : statement.sql().substring(all.get(first).start, all.get(end - 1).end);
    }

    String text(Range range) {
        return text(range.first, range.end);
    }

    /** The token at which the node says it begins. */
    int at(JsonNode node) {
        return token(node.path("location").asInt(-1));
    }

    /** The first token of all that is under the node and says where it is. */
    int leftmost(JsonNode node) {
        int leftmost = Integer.MAX_VALUE;
        Deque<JsonNode> open = new ArrayDeque<>();
        open.push(node);
        while (!open.isEmpty()) {
            JsonNode next = open.pop();
            int location = next.path("location").asInt(-1);
            leftmost = location >= 0 && location < leftmost ? location : leftmost;
            next.forEach(child -> {
                if (child.isContainer()) {
                    open.push(child);
                }
            });
        }
        return leftmost == Integer.MAX_VALUE ? -1 : token(leftmost);
    }

    /** Behind the nearest word of that name before the token, or the token itself where there is none. */
    int behindWord(String word, int token) {
        for (int i = token - 1; i >= 0; i--) {
            if (is(i, word)) {
                return i + 1;
            }
        }
        return token;
    }

    /** Where an element of a list ends: before a comma, a closing parenthesis, one of the words, or at the very end. */
    int end(int first, String... words) {
        int depth = 0;
        int size = tokens().size();
        for (int i = Math.max(0, first); i < size; i++) {
            if (opens(i)) {
                depth++;
            } else if (closes(i)) {
                depth--;
            }
            if (depth < 0 || depth == 0 && (is(i, ',') || is(i, ';') || i > first && stops(i, words))) {
                return i;
            }
        }
        return size;
    }

    /** The elements of a list in parentheses, of which the first open one is looked for from the token on. */
    List<Range> list(int from) {
        List<Range> elements = new ArrayList<>();
        int open = open(from);
        int first = open + 1;
        while (open >= 0 && first < tokens().size()) {
            int end = end(first);
            elements.add(new Range(first, end));
            if (!is(end, ',')) {
                break;
            }
            first = end + 1;
        }
        return elements;
    }

    /** What the next parentheses hold. */
    Range inParentheses(int from) {
        int open = open(from);
        return open < 0 ? new Range(-1, -1) : new Range(open + 1, closing(open));
    }

    /** The closing parenthesis of the open one at the token. */
    int closing(int open) {
        int depth = 0;
        for (int i = open; i < tokens().size(); i++) {
            depth += opens(i) ? 1 : closes(i) ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return tokens().size();
    }

    boolean is(int token, char punctuation) {
        return token >= 0 && token < tokens().size() && tokens().get(token).kind == Lexer.Kind.OTHER
                && statement.sql().charAt(tokens().get(token).start) == punctuation;
    }

    /** @param word in lower case */
    boolean is(int token, String word) {
        if (token < 0 || token >= tokens().size() || tokens().get(token).kind != Lexer.Kind.WORD) {
            return false;
        }
        Token at = tokens().get(token);
        return at.end - at.start == word.length()
                && statement.sql().regionMatches(true, at.start, word, 0, word.length());
    }

    /** The next token of that punctuation outside of parentheses that open on the way; the end where there is none. */
    int next(int from, char punctuation) {
        int depth = 0;
        for (int i = Math.max(0, from); i < tokens().size(); i++) {
            if (depth <= 0 && is(i, punctuation)) {
                return i;
            }
            depth += opens(i) ? 1 : closes(i) ? -1 : 0;
        }
        return tokens().size();
    }

    private int open(int from) {
        int open = next(from, '(');
        return open < tokens().size() ? open : -1;
    }

    private boolean opens(int token) {
        return is(token, '(') || is(token, '[');
    }

    private boolean closes(int token) {
        return is(token, ')') || is(token, ']');
    }

    /** IS DISTINCT FROM is no clause of its own. */
    private boolean stops(int token, String... words) {
        for (String word : words) {
            if (is(token, word)) {
                return !is(token - 1, "distinct");
            }
        }
        return false;
    }

    private int token(int location) {
        if (location < 0) {
            return -1;
        }
        int place = statement.places().applyAsInt(location);
        int low = 0;
        int high = tokens().size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (tokens().get(middle).end <= place) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return place < 0 ? -1 : low;
    }

    private List<Token> tokens() {
        List<Token> known = tokens;
        if (known != null) {
            return known;
        }
        List<Token> read = new ArrayList<>();
        Lexer lexer = new Lexer(statement.sql(), 0);
        while (lexer.next()) {
            read.add(new Token(lexer.start(), lexer.end(), lexer.kind()));
        }
        tokens = read;
        return read;
    }
}
