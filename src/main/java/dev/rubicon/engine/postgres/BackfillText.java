package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.plan.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The statements of one backfill. Every piece of the author's was parsed alone by {@link Fragments}; names of ours begin
 * with {@code rubicon_}, so that the author's bare column names stay unambiguous.
 *
 * <p>A batch takes ROW EXCLUSIVE on the table and the locks of the rows it changes until its commit: those of FOR NO KEY
 * UPDATE, which let foreign keys go on pointing to them, unless it deletes.
 */
final class BackfillText {

    private static final String KEY = "rubicon_key_";
    private static final double THINNED = 0.5;

    private final BackfillTable table;
    private final @Nullable String where;
    private final @Nullable String from;
    private final boolean converges;
    private final boolean plain;
    private final boolean thins;
    private final Form form;
    private final @Nullable RecordTable record;

    private BackfillText(BackfillTable table, @Nullable String where, @Nullable String from, boolean converges,
            boolean plain, boolean thins, Form form, @Nullable RecordTable record) {
        this.table = table;
        this.where = where;
        this.from = from;
        this.converges = converges;
        this.plain = plain;
        this.thins = thins;
        this.form = form;
        this.record = record;
    }

    /** What happens to the rows of a batch. */
    private sealed interface Form {}

    /** @param unequal which rows hold other values than they shall, or null where that need not or cannot be asked */
    private record Update(Map<String, String> set, @Nullable String unequal) implements Form {}

    private record Delete() implements Form {}

    private record Copy(String into, List<String> columns, List<String> values, boolean overriding,
            @Nullable String onConflict) implements Form {}

    static BackfillText of(Connection connection, Fragments fragments, Work.Backfill work, BackfillTable table,
            @Nullable RecordTable record) throws SQLException {
        String where = work.where() == null ? null : fragments.expression("where", work.where());
        String from = work.from() == null ? null : fragments.from(work.from());
        Map<String, String> set = work.set().entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey,
                entry -> fragments.expression("set." + entry.getKey(), entry.getValue()), (one, other) -> one,
                LinkedHashMap::new));
        boolean alone = where == null || !fragments.hasSubquery(where);
        Form form = form(connection, fragments, work, table, set, where != null && alone);
        boolean plain = from == null && alone && !(form instanceof Copy)
                && set.values().stream().noneMatch(fragments::hasSubquery);
        boolean converges = where != null && alone && form instanceof Update;
        return new BackfillText(table, where, from, converges, plain,
                converges && plain && table.staysOutOfIndexes(connection, set.keySet()), form, record);
    }

    private static Form form(Connection connection, Fragments fragments, Work.Backfill work, BackfillTable table,
            Map<String, String> set, boolean converges) throws SQLException {
        if (work.delete()) {
            return new Delete();
        }
        if (work.into() != null) {
            return copy(connection, fragments, work, table, set);
        }
        if (set.isEmpty()) {
            throw Ending.failed("nothing-to-set", "The backfill sets no column, deletes nothing and copies nothing");
        }
        // where 'where' becomes false by the change, no row that matches it can be right already
        return new Update(set, converges ? null : Unequal.of(connection, fragments, table, set));
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

    /** Whether rows are swept up again after the walk: those that others wrote behind it, or held. */
    boolean sweeps() {
        return switch (form) {
            case Update update -> where != null;
            case Delete delete -> where != null;
            case Copy copy -> copy.onConflict != null
                    && copy.onConflict.toLowerCase(Locale.ROOT).matches("(?s).*\\bdo\\s+nothing\\b.*");
        };
    }

    /** Whether a row that moves while it is changed could be done twice, or missed, unless 'where' tells. */
    boolean needsWhere(boolean byBlocks) {
        return where == null && switch (form) {
            case Update update -> byBlocks || changesKey(update.set.keySet());
            case Delete delete -> false;
            case Copy copy -> byBlocks && copy.onConflict == null;
        };
    }

    private boolean changesKey(Set<String> columns) {
        return table.key().stream().anyMatch(column -> columns.contains(column.name()));
    }

    /** Whether rows are found by 'where' alone, so that the order in which they are visited does not matter. */
    boolean anyOrder() {
        return where != null && !(form instanceof Copy);
    }

    /** Whether the statements look at no other table, so that they are best served along the ranges. */
    boolean plain() {
        return plain;
    }

    /** Rows that a batch takes from the table, as a factor of those it changes. */
    int rowCountSign() {
        return form instanceof Delete ? -1 : 0;
    }

    /** Whether any row is still to be done; null where only another pass can tell. */
    @Nullable
    String remaining(@Nullable String except) {
        if (form instanceof Copy || where == null) {
            return null;
        }
        return "SELECT EXISTS (SELECT FROM %s WHERE %s)".formatted(tables(table.sql()),
                where + (except == null ? "" : "\n  AND " + except));
    }

    /** The rows that match 'where'; null where all do. */
    @Nullable
    String matching() {
        return where == null ? null : "SELECT 1 FROM %s WHERE %s".formatted(tables(table.sql()), where);
    }

    /**
     * Whether it pays to change half of the rows of a block first, and the others when the old versions of those are no
     * longer seen by anybody: they find room in their own block then, and no index has to learn of them. So the table and
     * its indexes grow half as much, and half of the work on the indexes is saved.
     */
    boolean thins() {
        return thins;
    }

    /** How many rows a batch looks at for the first time; null where the walk knows. */
    @Nullable
    String seen(Walk walk, @Nullable List<String> after, List<String> upTo) {
        String first = walk.first(after, upTo);
        return first == null ? null : "SELECT count(*) FROM %s WHERE %s".formatted(walk.source(), first);
    }

    /**
     * The statements of one batch. The number of rows changed is that of the statement, or the first column where it is
     * checked that none of them still matches 'where'; then how many do, and one of those.
     *
     * @param skipping whether rows that others hold are left alone
     * @param except another condition, or null
     */
    List<String> batch(Walk walk, @Nullable List<String> after, List<String> upTo, boolean skipping,
            @Nullable String except, boolean checked) {
        String also = (where == null ? "" : "\n  AND " + where) + (except == null ? "" : "\n  AND " + except);
        List<String> statements = new ArrayList<>();
        statements.add(statement(walk, walk.condition(after, upTo) + also, skipping, checked));
        String ahead = walk.ahead(after, upTo);
        if (ahead != null) {
            statements.add(statement(walk, ahead + also + "\n  AND random() < " + THINNED, skipping, checked));
        }
        return statements;
    }

    /** Nothing is indented: a line of the author's may begin within a literal. */
    private String statement(Walk walk, String rows, boolean skipping, boolean checked) {
        boolean apart = skipping || record != null;
        String locked = apart && !(form instanceof Copy) ? locked(walk, rows, skipping) : "";
        String change = change(walk, rows, apart);
        if ((!checked || !converges) && record != null) {
            return """
                    WITH %s, rubicon_done AS (
                    %s
                    )
                    %s""".formatted(locked, change + "\nRETURNING " + record.returning(), record.keep());
        }
        if (!checked || !converges) {
            return (locked.isEmpty() ? "" : "WITH " + locked + "\n") + change;
        }
        return """
                WITH %srubicon_done (still, which) AS (
                %s
                )%s
                SELECT count(*), count(*) FILTER (WHERE still), min(which) FILTER (WHERE still)
                FROM rubicon_done""".formatted(locked.isEmpty() ? "" : locked + ", ",
                change + "\nRETURNING " + still(walk) + (record == null ? "" : ", " + record.returning()),
                record == null ? "" : ", rubicon_kept AS (\n" + record.keep() + "\n)");
    }

    /** Locks in key order what nobody else holds. */
    private String locked(Walk walk, String rows, boolean skipping) {
        String unequal = form instanceof Update update && update.unequal != null ? "\n  AND " + update.unequal : "";
        return """
                rubicon_batch (%s) AS MATERIALIZED (
                    SELECT %s%s
                    FROM %s
                    WHERE %s%s
                    %sFOR %s OF %s%s
                )""".formatted(keyNames(walk), String.join(", ", walk.identity()),
                record == null ? "" : record.before(), tables(walk.source()), rows,
                unequal,
                walk instanceof Walk.ByKey ? "ORDER BY " + String.join(", ", walk.identity()) + "\n    " : "",
                form instanceof Delete ? "UPDATE" : "NO KEY UPDATE", table.name(), skipping ? " SKIP LOCKED" : "");
    }

    private String change(Walk walk, String rows, boolean skipping) {
        String which = skipping ? sameRow(walk) : rows;
        List<String> others = new ArrayList<>();
        if (skipping) {
            others.add("rubicon_batch");
        }
        if (from != null) {
            others.add(from);
        }
        String beside = String.join(", ", others);
        return switch (form) {
            case Update update -> """
                    UPDATE %s
                    SET %s%s
                    WHERE %s%s""".formatted(walk.source(), assignments(update.set),
                    beside.isEmpty() ? "" : "\nFROM " + beside, which,
                    skipping || update.unequal == null ? "" : "\n  AND " + update.unequal);
            case Delete delete -> """
                    DELETE FROM %s%s
                    WHERE %s""".formatted(walk.source(), beside.isEmpty() ? "" : "\nUSING " + beside, which);
            case Copy copy -> """
                    INSERT INTO %s (%s)%s
                    SELECT %s
                    FROM %s
                    WHERE %s
                    FOR SHARE OF %s%s%s""".formatted(copy.into, quoted(copy.columns),
                    copy.overriding ? " OVERRIDING SYSTEM VALUE" : "", String.join(", ", copy.values),
                    tables(walk.source()), rows, table.name(), skipping ? " SKIP LOCKED" : "",
                    copy.onConflict == null ? "" : "\nON CONFLICT " + copy.onConflict);
        };
    }

    private String still(Walk walk) {
        String which = walk.identity().stream().map(column -> column + "::text")
                .collect(Collectors.joining(" || ', ' || "));
        return "%1$s IS TRUE, CASE WHEN %1$s THEN %2$s END".formatted(where, which);
    }

    private String tables(String source) {
        return from == null ? source : source + ", " + from;
    }

    private static String keyNames(Walk walk) {
        return IntStream.rangeClosed(1, walk.identity().size()).mapToObj(i -> KEY + i)
                .collect(Collectors.joining(", "));
    }

    /** With a joined table the condition is what joins it, so it is asked again. */
    private String sameRow(Walk walk) {
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
