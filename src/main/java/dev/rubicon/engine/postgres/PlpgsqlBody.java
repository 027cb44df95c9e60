package dev.rubicon.engine.postgres;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Reads a PL/pgSQL body: the static SQL in it, and where it stands. */
final class PlpgsqlBody {

    private static final Set<String> DYNAMIC = Set.of("PLpgSQL_stmt_dynexecute", "PLpgSQL_stmt_dynfors", "dynquery");
    private static final Set<String> QUERIES = Set.of("sqlstmt", "query", "cursor_explicit_expr");
    private static final Pattern CONSTANT = Pattern
            .compile("'(?<plain>(?:[^'\\\\]|'')*)'|(?<tag>\\$\\w*\\$)(?<dollars>.*)\\k<tag>", Pattern.DOTALL);
    private static final String PERFORM = "PERFORM";
    private static final String SELECT = "SELECT";

    private final PgQuery pg;
    private final Literal source;
    private final IntUnaryOperator inScript;
    private final List<Scripts.Parsed> statements = new ArrayList<>();
    private final Set<Integer> taken = new HashSet<>();
    private boolean dynamic;

    PlpgsqlBody(PgQuery pg, Literal source, IntUnaryOperator inScript) {
        this.pg = pg;
        this.source = source;
        this.inScript = inScript;
    }

    /**
     * @param statement the CREATE FUNCTION, CREATE PROCEDURE or DO that the body stands in
     * @param tree of that statement
     */
    Bodies.Body read(String statement, JsonNode tree) {
        try {
            walk("", Trees.read(pg.plpgsql(statement)), 1);
        } catch (PgQuery.SyntaxException e) {
            if (PlpgsqlFault.surely(String.valueOf(e.getMessage()))) {
                PlpgsqlFault fault = new PlpgsqlFault(pg, source, tree, String.valueOf(e.getMessage()));
                return new Bodies.Body(List.of(), false,
                        List.of(new ScriptParse.Fault(fault.message(), place(fault.index()))));
            }
            if (!readsUnderPlainTypes(tree)) {
                return new Bodies.Body(List.of(), true, List.of());
            }
        }
        statements.sort(Comparator.comparingInt(Scripts.Parsed::offset));
        return new Bodies.Body(statements, dynamic, List.of());
    }

    /** libpg_query has no catalog, and stumbles over some types that a catalog knows. */
    private boolean readsUnderPlainTypes(JsonNode tree) {
        try {
            walk("", Trees.read(pg.plpgsql(PlpgsqlText.of(source.value(), tree))), 1);
            return true;
        } catch (PgQuery.SyntaxException e) {
            return false;
        }
    }

    private void walk(String name, JsonNode node, int outerLine) {
        int line = node.path("lineno").asInt(outerLine);
        if (name.equals("PLpgSQL_stmt_dynexecute") && written(node, line)) {
            return;
        }
        dynamic |= DYNAMIC.contains(name);
        boolean calls = name.equals("PLpgSQL_stmt_perform") || name.equals("PLpgSQL_stmt_call");
        for (var field : node.properties()) {
            boolean query = QUERIES.contains(field.getKey()) || calls && field.getKey().equals("expr");
            if (query && !DYNAMIC.contains(name)) {
                query(field.getValue().path("PLpgSQL_expr").path("query").asString(""), line, false);
            } else {
                walk(field.getKey(), field.getValue(), line);
            }
        }
        if (node.isArray()) {
            node.forEach(child -> walk("", child, line));
        }
    }

    /** EXECUTE of one constant is as good as the statement itself, if it can be read. */
    private boolean written(JsonNode execute, int line) {
        Matcher constant = CONSTANT
                .matcher(execute.path("query").path("PLpgSQL_expr").path("query").asString("").strip());
        if (!constant.matches()) {
            return false;
        }
        String plain = constant.group("plain");
        return query(plain == null ? constant.group("dollars") : plain.replace("''", "'"), line, true);
    }

    /** Returns whether it could be read. */
    private boolean query(String sql, int line, boolean executed) {
        int from = lineStart(line);
        int found = find(sql, from);
        if (found < 0 && sql.contains("  ")) {
            // INTO was counted in bytes, so behind a target with an accent the rest does not line up
            found = find(sql.substring(0, sql.indexOf("  ")), from);
        }
        boolean performs = found >= 0 && source.value().regionMatches(true, found, PERFORM, 0, PERFORM.length());
        int shift = performs ? PERFORM.length() - SELECT.length() : 0;
        int start = found;
        IntUnaryOperator places = index -> place(
                start < 0 ? from : start + index + (index < SELECT.length() ? 0 : shift));
        ScriptParse parse = new ScriptParse(pg, sql, places, false);
        parse.run();
        boolean read = parse.faults().isEmpty();
        if (read || !executed) {
            statements.addAll(parse.statements());
        }
        return read;
    }

    /** Where the text of a query stands in the body, at or behind the beginning of its line; -1 when nowhere. */
    private int find(String sql, int from) {
        for (int i = from; i < source.value().length(); i++) {
            if ((matches(sql, i, "") || matches(sql, i, PERFORM)) && taken.add(i)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Whether the query could have been made of the text here: PL/pgSQL puts SELECT in the place of PERFORM, and as many
     * spaces in the place of INTO and its targets.
     */
    private boolean matches(String sql, int at, String instead) {
        String body = source.value();
        if (!instead.isEmpty() && !body.regionMatches(true, at, instead, 0, instead.length())) {
            return false;
        }
        int skipped = instead.isEmpty() ? 0 : SELECT.length();
        int shift = at + instead.length() - skipped;
        if (sql.length() < skipped || shift + sql.length() > body.length()) {
            return false;
        }
        for (int i = skipped; i < sql.length(); i++) {
            if (sql.charAt(i) != ' ' && sql.charAt(i) != body.charAt(shift + i)) {
                return false;
            }
        }
        return true;
    }

    private int lineStart(int line) {
        int at = 0;
        for (int i = 1; i < line; i++) {
            int end = source.value().indexOf('\n', at);
            if (end < 0) {
                return at;
            }
            at = end + 1;
        }
        return at;
    }

    private int place(int index) {
        return inScript.applyAsInt(source.at().applyAsInt(Math.min(index, source.value().length())));
    }
}
