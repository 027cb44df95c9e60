package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * An index as somebody asks for it, taken apart as far as it takes to ask for the same elsewhere or under another name.
 *
 * @param table as written
 * @param tail what follows the table's name: method, elements, INCLUDE, WITH, WHERE and the rest, as written
 */
record AskedIndex(boolean unique, String table, String tail) {

    /** Empty where the text is cut in a way that is not foreseen here. */
    static Optional<AskedIndex> of(Scripts scripts, String sql) {
        Scripts.Parsed parsed = scripts.trees(sql).getFirst();
        JsonNode tree = parsed.tree();
        if (!parsed.node().equals("IndexStmt") || !tree.path("relation").has("location")) {
            return Optional.empty();
        }
        int begin = parsed.places().applyAsInt(tree.path("relation").path("location").asInt(0));
        int end = endOfName(parsed.sql(), begin);
        return Optional.of(new AskedIndex(tree.path("unique").asBoolean(false), parsed.sql().substring(begin, end),
                parsed.sql().substring(end)));
    }

    /** Behind a name and the dots and names that go on from it. */
    private static int endOfName(String sql, int begin) {
        Lexer lexer = new Lexer(sql, begin);
        lexer.next();
        int end = lexer.end();
        while (lexer.next() && lexer.is('.') && lexer.next()) {
            end = lexer.end();
        }
        return end;
    }

    String concurrently(String name, String on) {
        return "CREATE " + word() + "INDEX CONCURRENTLY " + Identifiers.quote(name) + " ON " + on + tail;
    }

    /** On a partitioned table alone: a matter of catalogs, for nothing is built. */
    String only(String name, String on) {
        return "CREATE " + word() + "INDEX " + Identifiers.quote(name) + " ON ONLY " + on + tail;
    }

    private String word() {
        return unique ? "UNIQUE " : "";
    }

    /**
     * What the server makes of the definition, comparable with {@link IndexFacts#shape}: asked of an empty temporary
     * table with the same columns, which takes ACCESS SHARE on the table for a moment. Empty where the server refuses
     * that: no privilege for temporary tables, or a definition that is wrong anyway.
     */
    Optional<String> shape(Attempt attempt) throws SQLException {
        try {
            return attempt.transaction(List.of(table), () -> shape(attempt.work()));
        } catch (SQLException e) {
            if (attempt.lost(e)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private Optional<String> shape(Connection connection) throws SQLException {
        Rows.execute(connection, "CREATE TEMPORARY TABLE rubicon_shape (LIKE " + table + ") ON COMMIT DROP");
        Rows.execute(connection, "CREATE " + word() + "INDEX rubicon_shape_index ON pg_temp.rubicon_shape" + tail);
        return IndexFacts.named(connection, "pg_temp", "rubicon_shape_index").map(IndexFacts::shape);
    }
}
