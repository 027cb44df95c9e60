package dev.rubicon.bench;

import dev.rubicon.bench.Foreground.Use;
import java.util.Arrays;
import java.util.List;

/**
 * A kind of DDL, with an application that uses what it works on and a transaction that stands in its way.
 *
 * @param before statements that make what it works on; nobody uses the tables then
 * @param holders what the transaction in its way does: reads, or writes where a reader would be in nobody's way
 * @param crowded whether its locks conflict with those of readers or writers, so that a crowd of these matters to it
 */
record Ddl(String name, List<String> before, String sql, List<String> holders, List<Use> uses, boolean crowded) {

    static final int CUSTOMERS = 100_000;
    static final int READINGS = 200_000;
    private static final int PARTITIONS = 4;
    private static final int DEFAULT_FROM = READINGS * 2;
    private static final int DEFAULT_ROWS = 1_000;

    /** A table for each relation that the kinds below are about; no kind needs another one to have run. */
    static List<String> tables(int orders) {
        return List.of("""
                CREATE TABLE customer (id bigint PRIMARY KEY, name text NOT NULL, seen int NOT NULL DEFAULT 0)""", """
                INSERT INTO customer SELECT i, 'customer ' || i FROM generate_series(1, %d) i""".formatted(CUSTOMERS), """
                CREATE TABLE purchase (id bigint PRIMARY KEY, customer_id bigint NOT NULL, number bigint NOT NULL,
                    note varchar(40), region text, state text, old_flag boolean, legacy text,
                    placed_at timestamptz NOT NULL DEFAULT now(), seen int NOT NULL DEFAULT 0)""", """
                INSERT INTO purchase (id, customer_id, number, note, region, state, old_flag, legacy)
                SELECT i, i %% %d + 1, i, 'note ' || i, 'region ' || i %% 20, 'state ' || i %% 5, i %% 2 = 0,
                       repeat('x', 40) FROM generate_series(1, %d) i""".formatted(CUSTOMERS, orders), """
                CREATE TABLE purchase_line (id bigint PRIMARY KEY, purchase_id bigint REFERENCES purchase)""", """
                CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$""", """
                CREATE VIEW big_purchase AS SELECT id, seen FROM purchase WHERE number > 10""",
                readings("reading"), readings("metric"), "CREATE TABLE metric_rest PARTITION OF metric DEFAULT",
                "INSERT INTO metric SELECT i + %d, 0 FROM generate_series(1, %d) i".formatted(DEFAULT_FROM,
                        DEFAULT_ROWS),
                "VACUUM ANALYZE");
    }

    private static String readings(String name) {
        StringBuilder sql = new StringBuilder("CREATE TABLE %s (id bigint PRIMARY KEY, seen int NOT NULL DEFAULT 0) "
                .formatted(name) + "PARTITION BY RANGE (id);");
        for (int i = 0; i < PARTITIONS; i++) {
            int from = READINGS / PARTITIONS * i + 1;
            sql.append("CREATE TABLE %s_%d PARTITION OF %s FOR VALUES FROM (%d) TO (%d);".formatted(name, i, name, from,
                    from + READINGS / PARTITIONS));
        }
        return sql + "INSERT INTO %s SELECT i, 0 FROM generate_series(1, %d) i".formatted(name, READINGS);
    }

    static List<Ddl> kinds(int orders) {
        Kinds make = new Kinds(orders);
        return List.of(
                make.alter("ADD COLUMN, nullable", "ADD COLUMN c_nullable text"),
                make.alter("ADD COLUMN with a constant default", "ADD COLUMN c_default int NOT NULL DEFAULT 0"),
                make.alter("RENAME COLUMN", "RENAME COLUMN legacy TO legacy_text"),
                make.alter("DROP COLUMN", "DROP COLUMN old_flag"),
                make.alter("ALTER COLUMN TYPE without a rewrite", "ALTER COLUMN note TYPE varchar(80)"),
                make.alter("ADD CHECK NOT VALID", "ADD CONSTRAINT state_set CHECK (state IS NOT NULL) NOT VALID"),
                make.alter("VALIDATE CONSTRAINT of a check", "VALIDATE CONSTRAINT number_positive",
                        "ADD CONSTRAINT number_positive CHECK (number > 0) NOT VALID").quiet(),
                make.alter("SET NOT NULL after a validated check", "ALTER COLUMN region SET NOT NULL",
                        "ADD CONSTRAINT region_set CHECK (region IS NOT NULL)"),
                make.alter("ADD FOREIGN KEY NOT VALID, both ends busy", "ADD CONSTRAINT purchase_customer FOREIGN KEY "
                        + "(customer_id) REFERENCES customer NOT VALID").behindWriters("purchase", "customer"),
                make.alter("VALIDATE CONSTRAINT of a foreign key", "VALIDATE CONSTRAINT to_validate",
                        "ADD CONSTRAINT to_validate FOREIGN KEY (customer_id) REFERENCES customer NOT VALID")
                        .behindWriters("purchase", "customer").quiet(),
                make.alter("DROP CONSTRAINT of a foreign key", "DROP CONSTRAINT to_drop",
                        "ADD CONSTRAINT to_drop FOREIGN KEY (customer_id) REFERENCES customer NOT VALID")
                        .behindReaders("purchase", "customer"),
                make.of("CREATE INDEX CONCURRENTLY", "CREATE INDEX CONCURRENTLY purchase_note ON purchase (note)")
                        .quiet(),
                make.of("DROP INDEX CONCURRENTLY", "DROP INDEX CONCURRENTLY purchase_state",
                        "CREATE INDEX purchase_state ON purchase (state)").quiet(),
                make.alter("ADD UNIQUE USING INDEX", "ADD CONSTRAINT number_once UNIQUE USING INDEX number_once")
                        .after("CREATE UNIQUE INDEX number_once ON purchase (number)"),
                make.of("CREATE TRIGGER", "CREATE TRIGGER noted BEFORE INSERT ON purchase FOR EACH ROW "
                        + "EXECUTE FUNCTION note_change()").behindWriters("purchase"),
                make.of("DROP TRIGGER", "DROP TRIGGER noted_before ON purchase",
                        "CREATE TRIGGER noted_before BEFORE INSERT ON purchase FOR EACH ROW "
                                + "EXECUTE FUNCTION note_change()"),
                make.of("CREATE OR REPLACE VIEW", "CREATE OR REPLACE VIEW big_purchase AS "
                        + "SELECT id, seen FROM purchase WHERE number > 100").over("big_purchase"),
                make.of("CREATE TABLE … REFERENCES",
                        "CREATE TABLE refund (id bigint PRIMARY KEY, customer_id bigint REFERENCES customer)")
                        .behindWriters("customer"),
                make.of("DROP TABLE of a child", "DROP TABLE purchase_line"),
                make.of("RENAME TABLE, a view in its place",
                        "ALTER TABLE customer RENAME TO client; CREATE VIEW customer AS SELECT id, name, seen FROM client")
                        .over("customer"),
                make.of("CREATE TABLE … PARTITION OF", "CREATE TABLE reading_new PARTITION OF reading "
                        + "FOR VALUES FROM (%d) TO (%d)".formatted(READINGS * 3, READINGS * 4)).over("reading"),
                make.of("ATTACH PARTITION", attach("reading"), apart("reading")).over("reading"),
                make.of("ATTACH PARTITION beside a default one", attach("metric"), apart("metric"))
                        .over("metric"),
                make.of("DETACH PARTITION", "ALTER TABLE metric DETACH PARTITION metric_3").over("metric"),
                make.of("DETACH PARTITION CONCURRENTLY", "ALTER TABLE reading DETACH PARTITION reading_3 CONCURRENTLY")
                        .over("reading").quiet());
    }

    private static String apart(String parent) {
        return "CREATE TABLE %s_apart (id bigint PRIMARY KEY CHECK (id >= %d AND id < %d), ".formatted(parent,
                READINGS + 1, READINGS * 2) + "seen int NOT NULL DEFAULT 0)";
    }

    private static String attach(String parent) {
        return "ALTER TABLE %s ATTACH PARTITION %s_apart FOR VALUES FROM (%d) TO (%d)".formatted(parent, parent,
                READINGS + 1, READINGS * 2);
    }

    /** Whatever they work on, a transaction that takes no lock that conflicts with an application's. */
    Ddl quiet() {
        return new Ddl(name, before, sql, holders, uses, false);
    }

    Ddl after(String... statements) {
        return new Ddl(name, List.of(statements), sql, holders, uses, crowded);
    }

    /** Application and reader work on this relation instead. */
    Ddl over(String relation) {
        return new Ddl(name, before, sql, List.of(reads(relation)), used(relation), crowded);
    }

    private List<Use> used(String relation) {
        return switch (relation) {
            case "customer" -> List.of(use(relation, CUSTOMERS));
            case "reading" -> List.of(use(relation, READINGS));
            case "metric" -> List.of(use(relation, READINGS), inDefaultPartition(relation));
            default -> List.of(use(relation, uses.getFirst().keys()));
        };
    }

    Ddl behindReaders(String... relations) {
        return behind(Arrays.stream(relations).map(Ddl::reads).toList(), relations);
    }

    Ddl behindWriters(String... relations) {
        return behind(Arrays.stream(relations).map("UPDATE %s SET seen = seen WHERE false"::formatted).toList(),
                relations);
    }

    private Ddl behind(List<String> holding, String... relations) {
        return new Ddl(name, before, sql, holding,
                Arrays.stream(relations).flatMap(each -> used(each).stream()).toList(),
                crowded);
    }

    private static String reads(String relation) {
        return "SELECT id FROM " + relation + " LIMIT 1";
    }

    private static Use use(String relation, long keys) {
        return new Use("SELECT seen FROM " + relation + " WHERE id = ?",
                "UPDATE " + relation + " SET seen = seen + 1 WHERE id = ?", keys);
    }

    private static Use inDefaultPartition(String relation) {
        return new Use("SELECT seen FROM " + relation + " WHERE id = ? + " + DEFAULT_FROM,
                "UPDATE " + relation + " SET seen = seen + 1 WHERE id = ? + " + DEFAULT_FROM, DEFAULT_ROWS);
    }

    /** Kinds over the large table, behind a reader of it, unless told otherwise. */
    private record Kinds(int orders) {

        Ddl of(String name, String sql, String... before) {
            return new Ddl(name, List.of(before), sql, List.of(reads("purchase")),
                    List.of(use("purchase", orders)), true);
        }

        Ddl alter(String name, String action, String... before) {
            return of(name, "ALTER TABLE purchase " + action,
                    Arrays.stream(before).map("ALTER TABLE purchase "::concat).toArray(String[]::new));
        }
    }
}
