package dev.rubicon.chaos;

import dev.rubicon.chaos.PlannedStep.Fill;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The database of an application before a crossing: tables of all kinds of keys, and in the schema {@code chaos}, which
 * no plan touches, a log of every change to every row, with the transaction and the session that made it.
 */
final class World {

    private static final String LOG = """
            CREATE TABLE chaos.log (
                seq bigint GENERATED ALWAYS AS IDENTITY, tbl text NOT NULL, key text NOT NULL, op text NOT NULL,
                app text NOT NULL, xid xid8 NOT NULL, n int NOT NULL, touched int NOT NULL,
                at timestamptz NOT NULL DEFAULT clock_timestamp())""";

    private static final String LOGGER = """
            CREATE FUNCTION chaos.log_change() RETURNS trigger LANGUAGE plpgsql AS $$
            DECLARE
                was jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
                now jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
                known jsonb := CASE WHEN TG_OP = 'DELETE' THEN was ELSE now END;
            BEGIN
                INSERT INTO chaos.log (tbl, key, op, app, xid, n, touched)
                VALUES (TG_TABLE_NAME,
                        (known ->> TG_ARGV[0]) || CASE WHEN TG_NARGS > 1 THEN '/' || (known ->> TG_ARGV[1]) ELSE '' END,
                        TG_OP, current_setting('application_name'), pg_current_xact_id(),
                        coalesce((now ->> 'n')::int, 0) - coalesce((was ->> 'n')::int, 0),
                        coalesce((now ->> 'touched')::int, 0) - coalesce((was ->> 'touched')::int, 0));
                RETURN NULL;
            END $$""";

    private World() {}

    /** The statements that make it, with so many rows in each table, for an application that knows this plan. */
    static List<String> statements(RandomPlan plan, int rows) {
        List<String> statements = new ArrayList<>(List.of("CREATE SCHEMA chaos", LOG, LOGGER));
        for (Grounds ground : Grounds.values()) {
            statements.addAll(table(ground, rows));
        }
        statements.add("CREATE TABLE ref (id bigint PRIMARY KEY, big bigint NOT NULL)");
        statements.add("INSERT INTO ref SELECT i, i FROM generate_series(1, %d) i WHERE i %% 10 > 0".formatted(rows));
        statements.add(
                "CREATE TABLE part (id bigint, at int NOT NULL, a text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)");
        for (int i = 1; i <= 3; i++) {
            statements.add("CREATE TABLE part_%d PARTITION OF part FOR VALUES FROM (%d0) TO (%d0)".formatted(i, i,
                    i + 1));
        }
        statements.add("INSERT INTO part SELECT i, 10 + i %% 30, 'text ' || i FROM generate_series(1, %d) i"
                .formatted(rows));
        statements.add("CREATE MATERIALIZED VIEW seen AS SELECT id, big FROM ref");
        statements.add("CREATE UNIQUE INDEX seen_id ON seen (id)");
        statements.add("CREATE TABLE conf (id int, v text)");
        statements.add("INSERT INTO conf VALUES (0, 'zero')");
        statements.add("CREATE TABLE chaos.initial (tbl text, key text, PRIMARY KEY (tbl, key))");
        for (Grounds ground : Grounds.values()) {
            statements.add("INSERT INTO chaos.initial SELECT '%1$s', %2$s FROM %1$s".formatted(ground.table(),
                    ground.keyText()));
            statements.addAll(triggers(ground, plan));
        }
        return statements;
    }

    private static List<String> table(Grounds ground, int rows) {
        return List.of("""
                CREATE TABLE %s (%s, a text NOT NULL, n int NOT NULL DEFAULT 0, old boolean NOT NULL DEFAULT false,
                    app boolean NOT NULL DEFAULT false, junk text, touched int NOT NULL DEFAULT 0, PRIMARY KEY (%s))"""
                .formatted(ground.table(), ground.keyDefinition(), ground.keys()),
                "INSERT INTO %s (%s, a, old) SELECT %s, 'text ' || i, i %% 10 = 0 FROM generate_series(1, %d) i"
                        .formatted(ground.table(), ground.keys(), ground.keyOf(), rows),
                "CREATE INDEX %1$s_a_idx ON %1$s (a)".formatted(ground.table()),
                "CREATE INDEX %1$s_n_idx ON %1$s (n)".formatted(ground.table()));
    }

    /** The new application writes the columns of the plan as soon as they are there. */
    private static List<String> triggers(Grounds ground, RandomPlan plan) {
        String columns = plan.steps().stream().map(PlannedStep::fill)
                .filter(fill -> fill instanceof Fill.Column column && column.ground() == ground)
                .map(Fill.Column.class::cast)
                .map(fill -> "'%s', %s".formatted(fill.column(), fill.value().replace("(a)", "(NEW.a)").replace("a ||",
                        "NEW.a ||")))
                .collect(Collectors.joining(", "));
        String arguments = ground.key().stream().map(key -> "'" + key + "'").collect(Collectors.joining(", "));
        return List.of("""
                CREATE FUNCTION chaos.new_%1$s() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    NEW := jsonb_populate_record(NEW, jsonb_build_object(%2$s));
                    RETURN NEW;
                END $$""".formatted(ground.table(), columns),
                "CREATE TRIGGER new_application BEFORE INSERT OR UPDATE OF a ON %1$s FOR EACH ROW WHEN (NEW.app) "
                        .formatted(ground.table()) + "EXECUTE FUNCTION chaos.new_%s()".formatted(ground.table()),
                "CREATE TRIGGER log_change AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW "
                        .formatted(ground.table()) + "EXECUTE FUNCTION chaos.log_change(%s)".formatted(arguments));
    }
}
