package dev.rubicon.engine;

import dev.rubicon.engine.facts.Action;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A text cut into statements by the database's own grammar. A text with a syntax error has its other statements all the
 * same: whoever runs statements looks at {@link #error} first.
 *
 * @param statements those that can be read, in order
 * @param errors one for each statement that cannot be read, and for each body of a function or DO block that the
 *     database would refuse at its creation; in order
 */
public record Script(List<Statement> statements, List<SyntaxError> errors) {

    /** The first syntax error, or null. */
    public @Nullable SyntaxError error() {
        return errors.isEmpty() ? null : errors.getFirst();
    }

    /**
     * @param sql the author's text without the closing semicolon and surrounding space and comments
     * @param offset of the statement's first character in the script, in UTF-16 units
     * @param node the grammar's name of the statement, like {@code AlterTableStmt}
     * @param transactional whether it may run inside a transaction
     * @param transactionControl whether it is BEGIN, COMMIT, SAVEPOINT or their like, which no step may hold
     * @param concurrentIndex the index that a concurrent build or drop is about, or null for all other statements
     * @param actions what it does, at least one
     * @param body for DO, CREATE FUNCTION and CREATE PROCEDURE in SQL or PL/pgSQL the static SQL inside, however deep it
     *     stands in blocks and loops, in order; empty for all others. In PL/pgSQL the {@code sql} is what PL/pgSQL hands
     *     on: SELECT instead of PERFORM, and without INTO and its targets. The {@code offset} is exact in SQL bodies; in
     *     PL/pgSQL it is where that text is found from the line on that PL/pgSQL names, or that line's beginning
     * @param dynamic whether the body EXECUTEs text that is known only when it runs
     */
    public record Statement(String sql, int offset, String node, StatementKind kind, boolean transactional,
            boolean transactionControl, @Nullable ConcurrentIndex concurrentIndex, List<Action> actions,
            List<Statement> body, boolean dynamic) {}

    /** What a statement changes. */
    public enum StatementKind {
        /** The schema. */
        DDL,
        /** Rows. */
        DML,
        /** Neither: queries, settings, maintenance. */
        OTHER;

        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * @param action what happens to the index
     * @param schema the schema as written, or null
     * @param name the index as written; null when CREATE leaves the name to the server
     * @param table the table as written (CREATE only), schema-qualified if it was
     * @param ifExists whether IF [NOT] EXISTS was written
     */
    public record ConcurrentIndex(Action action, @Nullable String schema, @Nullable String name,
            @Nullable String table, boolean ifExists) {

        /** CREATE, DROP or REINDEX, each CONCURRENTLY. */
        public enum Action {
            CREATE, DROP, REINDEX
        }
    }

    /**
     * @param message the grammar's own, like {@code syntax error at or near "TABEL"}
     * @param offset of the place in the script, in UTF-16 units
     * @param line from 1
     * @param column in characters, from 1
     */
    public record SyntaxError(String message, int offset, int line, int column) {}
}
