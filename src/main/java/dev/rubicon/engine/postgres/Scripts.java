package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Script;
import dev.rubicon.engine.Script.SyntaxError;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/** Cuts scripts into statements by the grammar, and classifies each. */
@Component
class Scripts {

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final Grammar grammar;

    Scripts(Grammar grammar) {
        this.grammar = grammar;
    }

    /**
     * One statement with its raw tree.
     *
     * @param sql the author's text without the closing semicolon and surrounding space and comments; inside PL/pgSQL the
     *     text that PL/pgSQL hands on
     * @param offset of its first character in the script, in UTF-16 units
     * @param places from a {@code location} in the tree (UTF-8 bytes) to an index in {@code sql}
     * @param body the static SQL inside a function or DO block, see {@link Script.Statement}
     * @param dynamic whether the body EXECUTEs text that is known only when it runs
     */
    record Parsed(String sql, int offset, String node, JsonNode tree, IntUnaryOperator places, List<Parsed> body,
            boolean dynamic) {}

    /** A whole script, read once: trees, and what is wrong. */
    record Read(List<Parsed> statements, List<SyntaxError> errors) {

        Script script() {
            return new Script(statements.stream().map(StatementFacts::of).toList(), errors);
        }
    }

    /** Never throws for what the text is. */
    Script read(String sql) {
        return parse(sql).script();
    }

    /** The statements with their trees, and the syntax errors. Never throws for what the text is. */
    Read parse(String sql) {
        int nul = sql.indexOf('\0');
        if (nul >= 0) {
            return refused("the text has a NUL character, which no statement may hold", sql, nul);
        }
        // an editor's mark is no part of the text, and the grammar would take it for a name
        String text = sql.isEmpty() || sql.charAt(0) != BYTE_ORDER_MARK ? sql : ' ' + sql.substring(1);
        try {
            return grammar.ask(pg -> {
                ScriptParse parse = new ScriptParse(pg, text);
                parse.run();
                return new Read(parse.statements(),
                        parse.faults().stream().map(fault -> error(fault.message(), text, fault.offset())).toList());
            });
        } catch (Grammar.Overtaxed e) {
            return refused(String.valueOf(e.getMessage()), sql, 0);
        }
    }

    /**
     * The statements with their trees.
     *
     * @throws PgQuery.SyntaxException when the text is not SQL, or beyond the grammar
     */
    List<Parsed> trees(String sql) {
        Read read = parse(sql);
        if (!read.errors.isEmpty()) {
            throw new PgQuery.SyntaxException(read.errors.getFirst().message(), 0);
        }
        return read.statements;
    }

    private static Read refused(String message, String sql, int offset) {
        return new Read(List.of(), List.of(error(message, sql, offset)));
    }

    private static SyntaxError error(String message, String sql, int offset) {
        String before = sql.substring(0, offset);
        int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
        int column = 1 + before.codePointCount(before.lastIndexOf('\n') + 1, before.length());
        return new SyntaxError(message, offset, line, column);
    }
}
