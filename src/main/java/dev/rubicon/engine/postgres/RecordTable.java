package dev.rubicon.engine.postgres;

import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.plan.BackfillRecord;
import dev.rubicon.plan.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The table in which a backfill keeps what the rows that it changes were before, in the transaction that changes them. It
 * costs a row written for each row changed. A row that is changed more than once keeps its first old value.
 *
 * @param relation its name as it stands in statements
 * @param table the table that is changed
 * @param columns those that are set
 */
record RecordTable(String relation, BackfillTable table, List<String> columns, Duration kept) {

    private static final String OLD = "rubicon_old_";
    private static final String NEW = "rubicon_new_";
    private static final String KEY = "rubicon_row_";

    /** How the names of its columns begin, before that of the column that is set. */
    private static final String WAS = "old_";
    private static final String BECAME = "new_";

    /** The record of this backfill, or null where it keeps none. */
    static @Nullable RecordTable of(StepOrder order, Work.Backfill work, BackfillTable table) {
        Duration kept = work.record();
        if (kept == null) {
            return null;
        }
        if (table.key().isEmpty()) {
            throw Ending.failed("no-key", "A record of what a backfill changed names rows by a primary key or a unique "
                    + "index over NOT NULL columns, and " + table.sql() + " has none; leave 'record' out");
        }
        List<String> columns = List.copyOf(work.set().keySet());
        if (table.key().stream().anyMatch(column -> columns.contains(column.name()))) {
            throw Ending.failed("key-changed",
                    "The backfill sets a column of the key by which its record would name the "
                            + "rows; leave 'record' out");
        }
        return new RecordTable(BackfillRecord.relation(order.plan(), order.step()), table, columns, kept);
    }

    /** Makes the table, in the transaction that is open; one of an earlier text, with other columns, is made anew. */
    void begin(Connection connection, StepOrder order) throws SQLException {
        Rows.execute(connection, """
                CREATE TABLE IF NOT EXISTS rubicon.backfill_record (
                    relation text PRIMARY KEY,
                    plan     text NOT NULL,
                    step     text NOT NULL,
                    rollout  bigint NOT NULL,
                    until    timestamptz NOT NULL
                )""");
        List<String> wanted = new ArrayList<>(names());
        List<String> there = Rows.list(connection, """
                SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(?) AND attnum > 0 AND NOT attisdropped
                ORDER BY attnum""", row -> row.getString(1), relation);
        if (!there.equals(wanted)) {
            Rows.execute(connection, "DROP TABLE IF EXISTS " + relation);
            // of the application's table this takes ACCESS SHARE alone, which stands in the way of nobody who writes
            Rows.execute(connection, "CREATE TABLE %s AS SELECT %s FROM %s WITH NO DATA".formatted(relation,
                    String.join(", ", selected()), table.sql()));
            Rows.execute(connection, "ALTER TABLE %s ADD PRIMARY KEY (%s)".formatted(relation, keyList()));
        }
        Rows.change(connection, """
                INSERT INTO rubicon.backfill_record (relation, plan, step, rollout, until)
                VALUES (?, ?, ?, ?, now() + make_interval(secs => ?))
                ON CONFLICT (relation) DO UPDATE SET rollout = excluded.rollout, until = excluded.until""", relation,
                order.plan(), order.step(), order.rollout(), (double) kept.toSeconds());
    }

    /** Lets the time that it is kept begin now, in the transaction that is open. */
    void end(Connection connection) throws SQLException {
        Rows.change(connection,
                "UPDATE rubicon.backfill_record SET until = now() + make_interval(secs => ?) WHERE relation = ?",
                (double) kept.toSeconds(), relation);
    }

    private List<String> names() {
        List<String> names = new ArrayList<>(table.key().stream().map(BackfillTable.KeyColumn::name).toList());
        columns.forEach(column -> names.addAll(List.of(WAS + column, BECAME + column)));
        return names;
    }

    private List<String> selected() {
        List<String> selected = new ArrayList<>(keys());
        columns.forEach(column -> {
            selected.add(Identifiers.quote(column) + " AS " + Identifiers.quote(WAS + column));
            selected.add(Identifiers.quote(column) + " AS " + Identifiers.quote(BECAME + column));
        });
        return selected;
    }

    private List<String> keys() {
        return table.key().stream().map(column -> Identifiers.quote(column.name())).toList();
    }

    private String keyList() {
        return String.join(", ", keys());
    }

    /** What the locked rows of a batch carry along: {@code , column AS name} for each that is set. */
    String before() {
        return IntStream.range(0, columns.size()).mapToObj(i -> ", " + qualified(columns.get(i)) + " AS " + OLD + i)
                .collect(Collectors.joining());
    }

    /** What an UPDATE returns beside its own. */
    String returning() {
        List<String> returned = new ArrayList<>();
        for (int i = 0; i < table.key().size(); i++) {
            returned.add(qualified(table.key().get(i).name()) + " AS " + KEY + i);
        }
        for (int i = 0; i < columns.size(); i++) {
            returned.add("rubicon_batch." + OLD + i);
            returned.add(qualified(columns.get(i)) + " AS " + NEW + i);
        }
        return String.join(", ", returned);
    }

    /** The statement that keeps what {@code rubicon_done} returned; it counts the rows that were changed. */
    String keep() {
        List<String> values = new ArrayList<>();
        IntStream.range(0, table.key().size()).forEach(i -> values.add(KEY + i));
        IntStream.range(0, columns.size()).forEach(i -> values.addAll(List.of(OLD + i, NEW + i)));
        return """
                INSERT INTO %s (%s)
                SELECT %s FROM rubicon_done
                ON CONFLICT (%s) DO UPDATE SET %s""".formatted(relation,
                names().stream().map(Identifiers::quote).collect(Collectors.joining(", ")),
                String.join(", ", values), keyList(),
                columns.stream().map(column -> Identifiers.quote(BECAME + column))
                        .map(name -> name + " = excluded." + name).collect(Collectors.joining(", ")));
    }

    private String qualified(String column) {
        return table.name() + "." + Identifiers.quote(column);
    }

    /** Drops what was to be kept until now, unless somebody reads it just now, or another role made it. */
    static void dropExpired(Connection connection) throws SQLException {
        if (!Rows.first(connection, """
                SELECT coalesce(has_table_privilege(t, 'SELECT') AND has_table_privilege(t, 'DELETE'), false)
                FROM to_regclass('rubicon.backfill_record') AS t""", row -> row.getBoolean(1)).orElse(false)) {
            return;
        }
        List<String> expired = Rows.list(connection, """
                SELECT r.relation FROM rubicon.backfill_record r LEFT JOIN pg_class c ON c.oid = to_regclass(r.relation)
                WHERE r.until < now()
                  AND (c.oid IS NULL OR pg_has_role(c.relowner, 'USAGE')
                       AND NOT EXISTS (SELECT FROM pg_locks l WHERE l.relation = c.oid))""",
                row -> row.getString(1));
        for (String relation : expired) {
            Rows.execute(connection, "DROP TABLE IF EXISTS " + relation);
            Rows.change(connection, "DELETE FROM rubicon.backfill_record WHERE relation = ?", relation);
        }
    }
}
