package dev.rubicon.engine.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.bench.Goal;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.testing.BenchmarkReport;
import dev.rubicon.testing.TestPostgres.Database;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Runs by {@code mvn -Pbench verify}: times snapshot and clone of schemas of many tables, and writes the table. */
@Tag("bench")
class SnapshotBenchmark {

    private static final String FUNCTION = "CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql"
            + " AS 'BEGIN RETURN NEW; END'";

    /** Twelve columns, a key, a foreign key, a check, two indexes, a trigger, a comment and a grant; a view for every other. */
    private static final String TABLES = """
            DO $$ BEGIN
            FOR i IN 1 .. %d LOOP
                EXECUTE format('CREATE TABLE t%%1$s (id bigserial PRIMARY KEY, above bigint REFERENCES t%%2$s, name text NOT NULL,
                    a int DEFAULT 1, b numeric(12, 2) CHECK (b > 0), c timestamptz DEFAULT now(), d jsonb, e uuid, f text[],
                    g date, h boolean DEFAULT false NOT NULL, i varchar(20) DEFAULT ''x'')', i, greatest(i - 1, 1));
                EXECUTE format('CREATE INDEX ON t%%s (name, c)', i);
                EXECUTE format('CREATE INDEX ON t%%s USING gin (d) WHERE h', i);
                EXECUTE format('CREATE TRIGGER touching BEFORE UPDATE ON t%%s FOR EACH ROW EXECUTE FUNCTION touched()', i);
                EXECUTE format('COMMENT ON TABLE t%%1$s IS ''table %%1$s''', i);
                EXECUTE format('GRANT SELECT ON t%%s TO rubicon_reader', i);
                IF i %% 2 = 0 THEN
                    EXECUTE format('CREATE VIEW v%%1$s AS SELECT a.id, b.name FROM t%%1$s a JOIN t%%2$s b ON b.id = a.above', i, i - 1);
                END IF;
                IF i %% 100 = 0 THEN COMMIT; END IF;
            END LOOP; END $$
            """;

    private static final int REPETITIONS = 5;
    private static final int GOAL_TABLES = 300;

    @Test
    void timesSnapshotsAndClones() {
        StringBuilder table = new StringBuilder("""
                Every table has twelve columns, a key, a foreign key, a check, two indexes and a trigger; there are half as many
                views. Snapshot: the median of %d; clone: once, on an empty database of a server that does not sync.

                | tables | objects | snapshot | statements | clone |
                |---:|---:|---:|---:|---:|
                """.formatted(REPETITIONS));
        List<Goal> goals = new ArrayList<>();
        for (int tables : new int[]{GOAL_TABLES, 2_000}) {
            table.append(row(tables, goals));
        }
        table.append("\n### Goals\n\n").append(Goal.table(goals)).append('\n');
        BenchmarkReport.ofThisBuild().replace(SnapshotBenchmark.class, "Schema snapshots", table.toString());
    }

    /** @param goals get what was measured at the size that they are for */
    private static String row(int tables, List<Goal> goals) {
        Database database = SchemaCase.empty(SchemaCase.NEWEST);
        SchemaCase.run(database, FUNCTION);
        SchemaCase.run(database, TABLES.formatted(tables));
        SchemaSnapshot snapshot = SchemaCase.snapshot(database);
        long[] times = new long[REPETITIONS];
        for (int i = 0; i < REPETITIONS; i++) {
            long begin = System.nanoTime();
            SchemaCase.snapshot(database);
            times[i] = System.nanoTime() - begin;
        }
        Arrays.sort(times);
        Database empty = SchemaCase.empty(SchemaCase.NEWEST);
        long begin = System.nanoTime();
        assertThat(SchemaCase.rebuild(snapshot, empty).complete()).isTrue();
        long cloned = System.nanoTime() - begin;
        assertThat(SchemaCase.snapshot(empty).fingerprint()).isEqualTo(snapshot.fingerprint());
        if (tables == GOAL_TABLES) {
            goals.add(Goal.atMost("snapshot of 300 tables, seconds", times[REPETITIONS / 2] / 1e9, 2));
            goals.add(Goal.atMost("clone of 300 tables, seconds", cloned / 1e9, 10));
        }
        return "| %,d | %,d | %s | %,d | %s |\n".formatted(tables, snapshot.objects().size(),
                seconds(times[REPETITIONS / 2]),
                snapshot.script().size(), seconds(cloned));
    }

    private static String seconds(long nanos) {
        return String.format(Locale.ROOT, "%.2f s", Duration.ofNanos(nanos).toMillis() / 1000.0);
    }
}
