package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.plan.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The statements of one backfill. Every piece of the author's was parsed alone by {@link Fragments}; names of ours begin
 * with {@code rubicon_}, so that the author's bare column names stay unambiguous.
 *
 * <p>A batch takes ROW EXCLUSIVE on the table and, in key order, the locks of the rows it changes until its commit; a
 * FOR NO KEY UPDATE lets foreign keys go on pointing to them.
 */
final class BackfillText {

    private static final String KEY = "rubicon_key_";

    private final BackfillTable table;
    private final Walk walk;
    private final @Nullable String where;
    private final @Nullable String from;
    private final boolean checksConvergence;
    private final Form form;

    private BackfillText(BackfillTable table, Walk walk, @Nullable String where, @Nullable String from,
            boolean checksConvergence, Form form) {
        this.table = table;
        this.walk = walk;
        this.where = where;
        this.from = from;
        this.checksConvergence = checksConvergence;
        this.form = form;
    }

    /** What happens to the rows of a batch. */
    private sealed interface Form {}

    private record Update(Map<String, String> set) implements Form {}

    private record Delete() implements Form {}

    private record Copy(String into, List<String> columns, List<String> values, boolean overriding,
            @Nullable String onConflict) implements Form {}

    static BackfillText of(Connection connection, Fragments fragments, Work.Backfill work, BackfillTable table,
            Walk walk) throws SQLException {
        String where = work.where() == null ? null : fragments.expression("where", work.where());
        String from = work.from() == null ? null : fragments.from(work.from());
        Form form = form(connection, fragments, work, table);
        boolean checks = where != null && form instanceof Update && !fragments.hasSubquery(where);
        return new BackfillText(table, walk, where, from, checks, form);
    }

    private static Form form(Connection connection, Fragments fragments, Work.Backfill work, BackfillTable table)
            throws SQLException {
        if (work.delete()) {
            return new Delete();
        }
        Map<String, String> set = work.set().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey,
                entry -> fragments.expression("set." + entry.getKey(), entry.getValue()), (one, other) -> one,
                java.util.LinkedHashMap::new));
        if (work.into() != null) {
            return copy(connection, fragments, work, table, set);
        }
        if (set.isEmpty()) {
            throw Ending.failed("nothing-to-set", "The backfill sets no column, deletes nothing and copies nothing");
        }
        return new Update(set);
    }

    private static Copy copy(Connection connection, Fragments fragments, Work.Backfill work, BackfillTable table,
            Map<String, String> set) throws SQLException {
        Fragments.TableName into = fragments.table("into", String.valueOf(work.into()));
        CopyColumns columns = CopyColumns.of(connection, table.sql(), into.sql(), set.keySet());
        List<String> values = columns.names().stream()
                .map(name -> set.isEmpty()
                        ? table.name() + "." + Identifiers.quote(name)
                        : String.valueOf(set.get(name)))
                .toList();
        return new Copy(into.sql(), columns.names(), values, columns.overriding(),
                work.onConflict() == null ? null : fragments.onConflict(work.onConflict()));
    }

    /** Whether rows are swept up again after the walk: those that others wrote behind it. */
    boolean sweeps() {
        return switch (form) {
            case Update update -> where != null;
            case Delete delete -> where != null;
            case Copy copy -> copy.onConflict != null && copy.onConflict.toLowerCase(java.util.Locale.ROOT)
                    .matches("(?s).*\\bdo\\s+nothing\\b.*");
        };
    }

    /** Whether a pass may be repeated although nothing tells done rows from others. */
    boolean needsWhere() {
        boolean movesRows = walk instanceof Walk.ByBlock;
        return where == null && switch (form) {
            case Update update -> movesRows
                    || table.key().stream().anyMatch(column -> update.set.containsKey(column.name()));
            case Delete delete -> false;
            case Copy copy -> movesRows && copy.onConflict == null;
        };
    }

    /** Rows that a batch takes from the table, as a factor of those it changes. */
    int rowCountSign() {
        return form instanceof Delete ? -1 : 0;
    }

    /** Whether any row is still to be done; null where only another pass can tell. */
    @Nullable
    String remaining() {
        if (form instanceof Copy || where == null) {
            return null;
        }
        return "SELECT EXISTS (SELECT FROM %s WHERE %s)".formatted(tables(), where);
    }

    /** One batch; answers the rows changed, how many of them still match {@code where}, and one of those. */
    String batch(@Nullable List<String> after, List<String> upTo) {
        return """
                WITH rubicon_batch (%s) AS MATERIALIZED (
                    SELECT %s
                    FROM %s
                    WHERE %s%s%s
                    %s OF %s
                ), rubicon_done (still, which) AS (
                %s
                )
                SELECT count(*), count(*) FILTER (WHERE still), min(which) FILTER (WHERE still) FROM rubicon_done"""
                .formatted(keyNames(), String.join(", ", walk.identity()), tables(), walk.condition(after, upTo),
                        where == null ? "" : "\n      AND " + where, order(), rowLock(), table.name(),
                        change().indent(4).stripTrailing());
    }

    private String change() {
        return switch (form) {
            case Update update -> """
                    UPDATE %s
                    SET %s
                    FROM rubicon_batch%s
                    WHERE %s
                    RETURNING %s""".formatted(table.sql(), assignments(update.set), alsoFrom(), sameRow(), still());
            case Delete delete -> """
                    DELETE FROM %s
                    USING rubicon_batch%s
                    WHERE %s
                    RETURNING false, ''""".formatted(table.sql(), alsoFrom(), sameRow());
            case Copy copy -> """
                    INSERT INTO %s (%s)%s
                    SELECT %s
                    FROM %s, rubicon_batch
                    WHERE %s%s
                    RETURNING false, ''""".formatted(copy.into, quoted(copy.columns),
                    copy.overriding ? " OVERRIDING SYSTEM VALUE" : "", String.join(", ", copy.values), tables(),
                    sameRow(), copy.onConflict == null ? "" : "\nON CONFLICT " + copy.onConflict);
        };
    }

    private String still() {
        String which = walk.identity().stream().map(column -> column + "::text")
                .collect(Collectors.joining(" || ', ' || "));
        return (checksConvergence ? where + " IS TRUE" : "false") + ", " + which;
    }

    private String tables() {
        return from == null ? table.sql() : table.sql() + ", " + from;
    }

    private String alsoFrom() {
        return from == null ? "" : ", " + from;
    }

    private String order() {
        return walk instanceof Walk.ByKey ? "\n    ORDER BY " + String.join(", ", walk.identity()) : "";
    }

    private String rowLock() {
        return switch (form) {
            case Update update -> "FOR NO KEY UPDATE";
            case Delete delete -> "FOR UPDATE";
            case Copy copy -> "FOR SHARE";
        };
    }

    private String keyNames() {
        return IntStream.rangeClosed(1, walk.identity().size()).mapToObj(i -> KEY + i)
                .collect(Collectors.joining(", "));
    }

    /** With a joined table the condition is what joins it, so it is asked again. */
    private String sameRow() {
        List<String> conditions = new ArrayList<>();
        for (int i = 0; i < walk.identity().size(); i++) {
            conditions.add(walk.identity().get(i) + " = rubicon_batch." + KEY + (i + 1));
        }
        if (from != null && where != null) {
            conditions.add(where);
        }
        return String.join("\n  AND ", conditions);
    }

    private static String assignments(Map<String, String> set) {
        StringJoiner assignments = new StringJoiner(",\n    ");
        set.forEach((column, value) -> assignments.add(Identifiers.quote(column) + " = " + value));
        return assignments.toString();
    }

    private static String quoted(List<String> names) {
        return names.stream().map(Identifiers::quote).collect(Collectors.joining(", "));
    }
}
