package dev.rubicon.engine.postgres;

import dev.rubicon.engine.TriggerCost;
import dev.rubicon.engine.facts.Identifiers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Measures the trigger of a dual write on a shadow, in one transaction that is rolled back. What is measured is the write of new
 * code, which fills the new column of a row that old code made: it calls the trigger for each row, and breaks nothing that
 * the backfill does not break.
 */
final class TriggerCosts {

    private static final int ROWS = 1000;
    private static final int TIMES = 7;

    private final Connection connection;
    private final String table;
    private final String from;
    private final String to;
    private final List<String> triggers;

    /**
     * @param from as written in SQL, like {@code to}
     * @param triggers their names, unquoted
     */
    TriggerCosts(Connection connection, String table, String from, String to, List<String> triggers) {
        this.connection = connection;
        this.table = table;
        this.from = from;
        this.to = to;
        this.triggers = triggers;
    }

    TriggerCost measure() throws SQLException {
        connection.setAutoCommit(false);
        try {
            return measured();
        } catch (SQLException refused) {
            if (SqlStates.connectionLost(refused)) {
                throw refused;
            }
            return TriggerCost.unmeasured(table, "the server refused it: "
                    + String.valueOf(refused.getMessage()).lines().findFirst().orElse(""));
        } finally {
            connection.rollback();
        }
    }

    private TriggerCost measured() throws SQLException {
        List<String> key = TableLayout.named(connection, table).map(TableLayout::key).orElse(List.of());
        if (key.isEmpty()) {
            return TriggerCost.unmeasured(table, "%s has no key by which the same rows could be written again"
                    .formatted(table));
        }
        // a trigger cannot be disabled while a deferred check waits for the end of the transaction
        Rows.execute(connection, "SET CONSTRAINTS ALL IMMEDIATE");
        Rows.execute(connection, "SET LOCAL statement_timeout = '20s'");
        int rows = (int) Rows.change(connection, """
                CREATE TEMPORARY TABLE rubicon_measured ON COMMIT DROP AS
                SELECT %1$s FROM %2$s AS t WHERE t.%3$s IS NOT NULL ORDER BY %1$s LIMIT %4$d
                """.formatted(list(key, name -> "t." + name), table, from, ROWS));
        if (rows == 0) {
            return TriggerCost.unmeasured(table, "%s has no rows here with a value in %s".formatted(table, from));
        }
        String same = key.stream().map(Identifiers::quote).map("t.%1$s = m.%1$s"::formatted)
                .collect(Collectors.joining(" AND "));
        List<Long> plain = new ArrayList<>();
        List<Long> with = new ArrayList<>();
        // the first pair warms up, and is not counted
        for (int i = 0; i <= TIMES; i++) {
            boolean plainFirst = i % 2 == 0;
            long one = nanos(same, !plainFirst);
            long other = nanos(same, plainFirst);
            if (i > 0) {
                plain.add(plainFirst ? one : other);
                with.add(plainFirst ? other : one);
            }
        }
        long without = median(plain);
        return new TriggerCost(table, rows, TIMES, micros(without, rows), micros(median(with) - without, rows), null);
    }

    /** SHARE ROW EXCLUSIVE on the table, on a shadow that nobody else uses; gone with the savepoint. */
    private long nanos(String same, boolean triggered) throws SQLException {
        Savepoint before = connection.setSavepoint();
        switched(false);
        Rows.execute(connection, write("NULL", same));
        switched(triggered);
        String write = write("t." + from, same);
        long begin = System.nanoTime();
        Rows.execute(connection, write);
        long nanos = System.nanoTime() - begin;
        connection.rollback(before);
        return nanos;
    }

    private String write(String value, String same) {
        return "UPDATE %s AS t SET %s = %s FROM pg_temp.rubicon_measured AS m WHERE %s".formatted(table, to, value,
                same);
    }

    private void switched(boolean on) throws SQLException {
        Rows.execute(connection, "ALTER TABLE %s %s".formatted(table, list(triggers,
                name -> (on ? "ENABLE" : "DISABLE") + " TRIGGER " + name)));
    }

    private static String list(List<String> names, Function<String, String> each) {
        return names.stream().map(Identifiers::quote).map(each).collect(Collectors.joining(", "));
    }

    private static long median(List<Long> nanos) {
        return nanos.stream().sorted().skip(nanos.size() / 2).findFirst().orElseThrow();
    }

    /** Of one row, in microseconds to the hundredth. */
    private static double micros(long nanos, int rows) {
        return Math.round(100.0 * nanos / rows / TimeUnit.MICROSECONDS.toNanos(1)) / 100.0;
    }
}
