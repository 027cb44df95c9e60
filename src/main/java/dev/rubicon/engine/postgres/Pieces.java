package dev.rubicon.engine.postgres;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a statement ends when the grammar cannot say it: at the semicolon outside parentheses and outside the BEGIN
 * ATOMIC … END of a function, as psql does it.
 */
final class Pieces {

    private Pieces() {}

    /**
     * @param end behind the semicolon, or the end of the text
     * @param empty whether nothing but space and comments stands before the semicolon
     * @param inner semicolons in parentheses: a rule's actions, or all that follows a parenthesis that nobody closed
     */
    record Piece(int start, int end, boolean empty, List<Integer> inner) {
        /** Where to go on when the grammar stopped here: behind the next semicolon, whatever is open. */
        int after(int error) {
            return inner.stream().filter(semicolon -> semicolon >= error).findFirst().map(at -> at + 1).orElse(end);
        }
    }

    /** The piece that begins at the offset. */
    static Piece next(String text, int from) {
        Lexer token = new Lexer(text, from);
        Atomic atomic = new Atomic();
        List<Integer> inner = new ArrayList<>();
        int parentheses = 0;
        boolean empty = true;
        while (token.next()) {
            parentheses = parentheses(token, parentheses);
            if (token.is(';') && atomic.depth == 0) {
                if (parentheses == 0) {
                    return new Piece(from, token.end(), empty, inner);
                }
                inner.add(token.start());
            }
            atomic.read(token);
            empty = false;
        }
        return new Piece(from, text.length(), empty, inner);
    }

    /** Where one statement of a BEGIN ATOMIC block stands, without its semicolon. */
    record Range(int start, int end) {}

    /** The statements inside the BEGIN ATOMIC … END of a function. */
    static List<Range> atomic(String text, int from, int to) {
        Lexer token = new Lexer(text, from);
        Atomic atomic = new Atomic();
        List<Range> ranges = new ArrayList<>();
        int start = -1;
        int end = -1;
        while (token.next() && token.start() < to) {
            boolean inside = atomic.depth > 0;
            atomic.read(token);
            if (inside && (token.is(';') || atomic.depth == 0)) {
                if (start >= 0) {
                    ranges.add(new Range(start, end));
                }
                start = -1;
            } else if (inside) {
                start = start < 0 ? token.start() : start;
                end = token.end();
            }
        }
        return ranges;
    }

    /** The RETURN and its expression that a function without BEGIN ATOMIC may have for a body, and end with. */
    static Range returned(String text, int from, int to) {
        Lexer token = new Lexer(text, from);
        int parentheses = 0;
        while (token.next() && token.start() < to) {
            parentheses = parentheses(token, parentheses);
            if (parentheses == 0 && token.is("return")) {
                return new Range(token.start(), to);
            }
        }
        return new Range(from, to);
    }

    private static int parentheses(Lexer token, int open) {
        return token.is('(') ? open + 1 : token.is(')') ? Math.max(0, open - 1) : open;
    }

    /** How deep in BEGIN ATOMIC … END and the CASE … END inside it the last token was. */
    private static final class Atomic {
        private int depth;
        private int words;
        private boolean creates;
        private boolean function;
        private boolean begin;
        /** What follows AS or a dot is a name, whatever word it is. */
        private boolean name;

        void read(Lexer token) {
            if (words < 4 && !function) {
                head(token);
            } else if (function && !name) {
                nest(token);
            }
            begin = token.is("begin");
            name = token.is("as") || token.is('.');
            words++;
        }

        private void head(Lexer token) {
            creates |= words == 0 && token.is("create");
            function = creates && (token.is("function") || token.is("procedure"));
        }

        private void nest(Lexer token) {
            if (depth == 0) {
                depth = begin && token.is("atomic") ? 1 : 0;
            } else if (token.is("case")) {
                depth++;
            } else if (token.is("end")) {
                depth--;
            }
        }
    }
}
