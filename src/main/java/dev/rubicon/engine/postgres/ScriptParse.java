package dev.rubicon.engine.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import run.endive.wasm.WasmEngineException;
import tools.jackson.databind.JsonNode;

/**
 * The parse of one text: as a whole, and where that fails statement by statement, so that an error costs only the
 * statement it stands in. The text may be the body of a function inside a script.
 */
final class ScriptParse {

    private final PgQuery pg;
    private final String text;
    private final IntUnaryOperator outer;
    private boolean checksBodies;
    private final List<Scripts.Parsed> statements = new ArrayList<>();
    private final List<Fault> faults = new ArrayList<>();

    /** @param offset in the whole script, in UTF-16 units */
    record Fault(String message, int offset) {}

    ScriptParse(PgQuery pg, String text) {
        this(pg, text, IntUnaryOperator.identity(), true);
    }

    /**
     * @param outer from an offset in the text to one in the whole script
     * @param checksBodies whether the text begins with check_function_bodies on
     */
    ScriptParse(PgQuery pg, String text, IntUnaryOperator outer, boolean checksBodies) {
        this.pg = pg;
        this.text = text;
        this.outer = outer;
        this.checksBodies = checksBodies;
    }

    List<Scripts.Parsed> statements() {
        return statements;
    }

    List<Fault> faults() {
        return faults;
    }

    void run() {
        try {
            add(0, text);
        } catch (PgQuery.SyntaxException whole) {
            for (int from = 0; from < text.length();) {
                from = piece(Pieces.next(text, from));
            }
        }
    }

    /** @throws PgQuery.SyntaxException when anything in it is wrong; nothing is added then */
    private void add(int base, String sql) {
        JsonNode read = Trees.read(tree(sql)).path("stmts");
        Offsets offsets = new Offsets(sql);
        IntUnaryOperator inScript = base == 0 ? outer : index -> outer.applyAsInt(base + index);
        Bodies bodies = new Bodies(pg, sql, offsets, inScript);
        Lexer token = new Lexer(sql, 0);
        for (JsonNode statement : read) {
            int from = offsets.unit(statement.path("stmt_location").asInt(0));
            int length = statement.path("stmt_len").asInt(0);
            int to = length == 0 ? sql.length() : offsets.unit(statement.path("stmt_location").asInt(0) + length);
            while (token.start() < from || token.end() == 0 || token.is(';')) {
                token.next();
            }
            int start = token.start();
            int end = start;
            while (token.start() < to && token.end() <= to) {
                end = token.end();
                token.next();
            }
            Map.Entry<String, JsonNode> node = statement.path("stmt").properties().iterator().next();
            Bodies.Body body = bodies.of(node.getKey(), node.getValue(), start, end);
            statements.add(new Scripts.Parsed(sql.substring(start, end), inScript.applyAsInt(start), node.getKey(),
                    node.getValue(), location -> offsets.unit(location) - start, body.statements(),
                    body.dynamic()));
            faults.addAll(checksBodies ? body.faults() : List.of());
            checksBodies = checksBodiesAfter(node.getKey(), node.getValue());
        }
    }

    /** The tree, or the error of a parameter like $1a, which PostgreSQL refuses and libpg_query lets pass. */
    private byte[] tree(String sql) {
        PgQuery.SyntaxException junk = ParameterJunk.in(sql);
        try {
            byte[] tree = pg.parse(sql);
            if (junk == null) {
                return tree;
            }
        } catch (PgQuery.SyntaxException e) {
            if (junk == null || e.cursor() < junk.cursor()) {
                throw e;
            }
        }
        throw junk;
    }

    /** pg_dump switches the check off, and the database then takes any text for a body. */
    private boolean checksBodiesAfter(String node, JsonNode tree) {
        if (!node.equals("VariableSetStmt") || !tree.path("name").asString("").equals("check_function_bodies")) {
            return checksBodies;
        }
        JsonNode value = tree.path("args").path(0).path("A_Const");
        String word = value.path("sval").path("sval").asString("").toLowerCase(Locale.ROOT);
        return !Set.of("false", "off", "no", "0").contains(word)
                && !(value.has("ival") && value.path("ival").path("ival").asInt(0) == 0);
    }

    /** Reads one statement with its semicolon, as the whole text would be read; answers where to go on. */
    private int piece(Pieces.Piece piece) {
        stopIfInterrupted();
        if (piece.empty()) {
            return piece.end();
        }
        String sql = text.substring(piece.start(), piece.end());
        try {
            add(piece.start(), sql);
            return piece.end();
        } catch (PgQuery.SyntaxException e) {
            int offset = piece.start() + index(sql, e.cursor());
            faults.add(new Fault(String.valueOf(e.getMessage()), outer.applyAsInt(offset)));
            return piece.after(offset);
        }
    }

    /** @param cursor in characters from 1; 0 when unknown, which means the statement as a whole */
    private static int index(String sql, int cursor) {
        if (cursor == 0) {
            Lexer token = new Lexer(sql, 0);
            token.next();
            return token.start();
        }
        return sql.offsetByCodePoints(0, Math.min(cursor - 1, sql.codePointCount(0, sql.length())));
    }

    private static void stopIfInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new WasmEngineException("interrupted");
        }
    }
}
