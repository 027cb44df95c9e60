package dev.rubicon.chaos;

import static dev.rubicon.chaos.PlannedStep.gone;
import static dev.rubicon.chaos.PlannedStep.made;

import dev.rubicon.chaos.PlannedStep.Change;
import dev.rubicon.chaos.PlannedStep.Fill;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The changes that a plan of chance is woven of: each is a few steps that belong together, in their order, with what they
 * must make of the schema and the rows.
 */
final class Strands {

    private static final String NONE = "none";

    private final Random random;
    private final int number;
    private final Grounds ground;
    private final List<PlannedStep> steps = new ArrayList<>();

    private Strands(Random random, int number) {
        this.random = random;
        this.number = number;
        this.ground = Grounds.values()[random.nextInt(Grounds.values().length)];
    }

    /** What kinds there are; a plan holds each of those on an existing object at most once. */
    enum Kind {
        FILL, FILL_ALL, CHECK_CONSTRAINT, FOREIGN_KEY, NOT_NULL, NEW_TABLE, COPY_TABLE, INDEX, UNIQUE_INDEX, INDEX_OVER_PARTITIONS, DROP_INDEX, REINDEX, DETACH, REFRESH, ROWS, SIGN, DEFAULT, VIEW, DELETE_ROWS, DROP_COLUMN;

        boolean once() {
            return switch (this) {
                case FOREIGN_KEY, INDEX_OVER_PARTITIONS, DROP_INDEX, REINDEX, DETACH, REFRESH, DEFAULT, DELETE_ROWS,
                        DROP_COLUMN ->
                    true;
                case FILL, FILL_ALL, CHECK_CONSTRAINT, NOT_NULL, NEW_TABLE, COPY_TABLE, INDEX, UNIQUE_INDEX, ROWS, SIGN,
                        VIEW ->
                    false;
            };
        }

        /** What is detached takes its part of an index along, which is no matter of this campaign. */
        boolean partitions() {
            return this == DETACH || this == INDEX_OVER_PARTITIONS;
        }

        boolean river() {
            return this == DELETE_ROWS || this == DROP_COLUMN;
        }
    }

    /** The steps of one strand; names in it end with its number. */
    static List<PlannedStep> of(Kind kind, Random random, int number) {
        Strands strand = new Strands(random, number);
        switch (kind) {
            case FILL -> strand.fill(true);
            case FILL_ALL -> strand.fill(false);
            case CHECK_CONSTRAINT -> strand.checkConstraint();
            case FOREIGN_KEY -> strand.foreignKey();
            case NOT_NULL -> strand.notNull();
            case NEW_TABLE -> strand.newTable();
            case COPY_TABLE -> strand.copyTable();
            case INDEX -> strand.index("n", false);
            case UNIQUE_INDEX -> strand.index(strand.ground.keys() + ", a", true);
            case INDEX_OVER_PARTITIONS -> strand.indexOverPartitions();
            case DROP_INDEX -> strand.dropIndex();
            case REINDEX -> strand.reindex();
            case DETACH -> strand.detach();
            case REFRESH -> strand.refresh();
            case ROWS -> strand.rows();
            case SIGN -> strand.sign();
            case DEFAULT -> strand.changeDefault();
            case VIEW -> strand.view();
            case DELETE_ROWS -> strand.deleteRows();
            case DROP_COLUMN -> strand.dropColumn();
        }
        return strand.steps;
    }

    private String named(String what) {
        return what + "_" + number;
    }

    private static String column(String table, String column) {
        return "column " + table + "." + column;
    }

    private void addColumn(String column, String type) {
        String object = column(ground.table(), column);
        sql("expand", "add-" + number, "add a column",
                "ALTER TABLE %s ADD COLUMN %s %s".formatted(ground.table(), column, type), List.of(made(object, type)),
                "ALTER TABLE %s DROP COLUMN %s".formatted(ground.table(), column), List.of(gone(object)));
    }

    private void fill(boolean where) {
        String column = named(where ? "copy" : "all");
        addColumn(column, "text");
        if (random.nextInt(3) == 0) {
            indexOn(column, false);
        }
        backfill(column, where);
    }

    private void backfill(String column, boolean where) {
        String value = random.nextBoolean() ? "upper(a)" : "a || '!'";
        Map<String, Object> set = new LinkedHashMap<>(Map.of(column, value));
        Map<String, Object> work = new LinkedHashMap<>(Map.of("table", ground.table(), "set", set));
        if (where) {
            set.put("touched", "touched + 1");
            work.put("where", column + " IS NULL");
        }
        if (random.nextInt(3) == 0) {
            work.put("lanes", 2 + random.nextInt(3));
        }
        Map<String, Object> document = step("fill-" + number, "backfill", work,
                Map.of("nothing", "the column goes with the rollback of its phase", "dataLoss", NONE));
        document.put("verify", List.of(asks("no row is missing",
                "SELECT count(*) FROM %s WHERE %s IS DISTINCT FROM %s".formatted(ground.table(), column, value))));
        add("fill-" + number, "backfill", "migrate", document, List.of(), List.of(),
                new Fill.Column(ground, column, value, where), false);
        if (random.nextInt(3) == 0) {
            check("SELECT count(*) FROM %s WHERE %s IS NULL".formatted(ground.table(), column));
        }
    }

    private void check(String sql) {
        add("check-" + number, "check", "migrate", step("check-" + number, "check",
                List.of(asks("nothing is missing", sql)), Map.of("nothing", "it only looks", "dataLoss", NONE)),
                List.of(), List.of(), null, false);
    }

    private static Map<String, Object> asks(String name, String sql) {
        return Map.of("name", name, "sql", sql, "expect", 0);
    }

    private void checkConstraint() {
        constraint("n_" + number, "CHECK ((n >= 0))", ground.table(), "CHECK (n >= 0)");
    }

    private void foreignKey() {
        constraint("ref_" + number, "FOREIGN KEY (big) REFERENCES t_big(id)", "ref",
                "FOREIGN KEY (big) REFERENCES t_big (id)");
    }

    private void constraint(String name, String definition, String table, String text) {
        String object = "constraint " + table + "." + name;
        sql("expand", "add-" + number, "add a constraint",
                "ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID".formatted(table, name, text),
                List.of(made(object, definition + " NOT VALID")),
                "ALTER TABLE %s DROP CONSTRAINT %s".formatted(table, name), List.of(gone(object)));
        validate(random.nextBoolean() ? "expand" : "migrate", table, name, List.of(made(object, definition)));
    }

    private void validate(String phase, String table, String name, List<Change> forward) {
        add("valid-" + number, "validate", phase, step("valid-" + number, "sql",
                "ALTER TABLE %s VALIDATE CONSTRAINT %s".formatted(table, name),
                Map.of("nothing", "the constraint goes with the rollback of the step that added it", "dataLoss", NONE)),
                forward, List.of(), null, false);
    }

    private void notNull() {
        String column = named("must");
        String name = "must_" + number + "_set";
        String object = "constraint " + ground.table() + "." + name;
        addColumn(column, "text");
        backfill(column, true);
        sql("migrate", "prove-" + number, "add a constraint",
                "ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID".formatted(ground.table(), name,
                        column),
                List.of(made(object, "CHECK ((%s IS NOT NULL)) NOT VALID".formatted(column))),
                "ALTER TABLE %s DROP CONSTRAINT %s".formatted(ground.table(), name), List.of(gone(object)));
        validate("migrate", ground.table(), name,
                List.of(made(object, "CHECK ((%s IS NOT NULL))".formatted(column))));
        sql("migrate", "must-" + number, "set not null",
                "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL".formatted(ground.table(), column),
                List.of(made(column(ground.table(), column), "text not null")),
                "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL".formatted(ground.table(), column),
                List.of(made(column(ground.table(), column), "text")));
    }

    private void newTable() {
        String table = named("made");
        sql("expand", "table-" + number, "several statements", """
                CREATE TABLE %1$s (id bigint PRIMARY KEY, v text);
                COMMENT ON TABLE %1$s IS 'made by chance';
                CREATE INDEX %1$s_v ON %1$s (v);
                """.formatted(table), List.of(made("relation " + table, "r"), made(column(table, "id"),
                "bigint not null"), made(column(table, "v"), "text"),
                made("constraint " + table + "." + table
                        + "_pkey", "PRIMARY KEY (id)"),
                made("index " + table + "_pkey", "CREATE UNIQUE INDEX %1$s_pkey ON public.%1$s USING btree (id)"
                        .formatted(table)),
                made("index " + table + "_v", "CREATE INDEX %1$s_v ON public.%1$s USING btree (v)".formatted(table))),
                "DROP TABLE " + table,
                List.of(gone("relation " + table), gone(column(table, "id")), gone(column(table, "v")),
                        gone("constraint " + table + "." + table + "_pkey"), gone("index " + table + "_pkey"),
                        gone("index " + table + "_v")));
    }

    private void copyTable() {
        String table = named("copied");
        List<Change> forward = List.of(made("relation " + table, "r"), made(column(table, "id"), "bigint not null"),
                made(column(table, "big"), "bigint not null"),
                made("constraint " + table + "." + table + "_pkey", "PRIMARY KEY (id)"),
                made("index " + table + "_pkey",
                        "CREATE UNIQUE INDEX %1$s_pkey ON public.%1$s USING btree (id)".formatted(table)));
        sql("expand", "table-" + number, "create a table",
                "CREATE TABLE %s (id bigint PRIMARY KEY, big bigint NOT NULL)".formatted(table), forward,
                "DROP TABLE " + table, forward.stream().map(change -> gone(change.object())).toList());
        add("copy-" + number, "backfill into", "migrate",
                step("copy-" + number, "backfill",
                        Map.of("table", "ref", "into", table, "onConflict", "(id) DO NOTHING"),
                        Map.of("nothing", "the table goes with the rollback of its phase", "dataLoss", NONE)),
                List.of(), List.of(), new Fill.Copy(table), false);
    }

    private void index(String columns, boolean unique) {
        indexOn(columns, unique);
    }

    private void indexOn(String columns, boolean unique) {
        String name = "made_" + number + "_idx";
        String head = unique ? "CREATE UNIQUE INDEX" : "CREATE INDEX";
        sql("expand", "index-" + number, unique ? "create unique index concurrently" : "create index concurrently",
                "%s CONCURRENTLY %s ON %s (%s)".formatted(head, name, ground.table(), columns),
                List.of(made("index " + name, "%s %s ON public.%s USING btree (%s)".formatted(head, name,
                        ground.table(), columns))),
                "DROP INDEX CONCURRENTLY " + name, List.of(gone("index " + name)));
    }

    private void indexOverPartitions() {
        String name = "over_" + number;
        List<Change> forward = new ArrayList<>(List.of(made("index " + name,
                "CREATE INDEX %s ON ONLY public.part USING btree (a)".formatted(name))));
        for (int i = 1; i <= 3; i++) {
            forward.add(made("index part_%d_%s".formatted(i, name),
                    "CREATE INDEX part_%1$d_%2$s ON public.part_%1$d USING btree (a) attached".formatted(i, name)));
        }
        add("over-" + number, PlannedStep.OVER_PARTITIONS, "expand", step("over-" + number, "partitionedIndex",
                Map.of("table", "part", "name", name, "columns", List.of("a")),
                Map.of("sql", "DROP INDEX " + name, "dataLoss", NONE)), forward,
                forward.stream().map(change -> gone(change.object())).toList(), null, false);
    }

    private void dropIndex() {
        String name = ground.table() + "_n_idx";
        String definition = "CREATE INDEX %s ON public.%s USING btree (n)".formatted(name, ground.table());
        sql(random.nextBoolean() ? "migrate" : "contract", "unindex-" + number, "drop index concurrently",
                "DROP INDEX CONCURRENTLY " + name, List.of(gone("index " + name)),
                "CREATE INDEX CONCURRENTLY %s ON %s (n)".formatted(name, ground.table()),
                List.of(made("index " + name, definition)));
    }

    private void reindex() {
        add("reindex-" + number, "reindex concurrently", random.nextBoolean() ? "expand" : "migrate",
                step("reindex-" + number, "sql", "REINDEX INDEX CONCURRENTLY " + ground.table() + "_a_idx",
                        Map.of("nothing", "the index is the same, built anew", "dataLoss", NONE)),
                List.of(), List.of(), null, false);
    }

    /** What was detached concurrently keeps a check of its bounds, also when it is attached again. */
    private void detach() {
        String index = "CREATE UNIQUE INDEX part_2_pkey ON public.part_2 USING btree (id, at)";
        sql("migrate", "detach-" + number, "detach a partition concurrently",
                "ALTER TABLE part DETACH PARTITION part_2 CONCURRENTLY",
                List.of(made("relation part_2", "r"), made("index part_2_pkey", index),
                        made("constraint part_2.part_2_at_check",
                                "CHECK (((at IS NOT NULL) AND (at >= 20) AND (at < 30)))")),
                "ALTER TABLE part ATTACH PARTITION part_2 FOR VALUES FROM (20) TO (30)",
                List.of(made("relation part_2", "r FOR VALUES FROM (20) TO (30)"),
                        made("index part_2_pkey", index + " attached")));
    }

    private void refresh() {
        add("refresh-" + number, "refresh concurrently", "migrate",
                step("refresh-" + number, "sql", "REFRESH MATERIALIZED VIEW CONCURRENTLY seen",
                        Map.of("nothing", "the view shows what the tables have", "dataLoss", NONE)),
                List.of(), List.of(), null, false);
    }

    private void rows() {
        Fill.Rows rows = new Fill.Rows(number, number + 1000);
        dml("rows-" + number,
                "INSERT INTO conf (id, v) VALUES (%d, 'one'), (%d, 'two')".formatted(rows.one(), rows.other()),
                "DELETE FROM conf WHERE id IN (%d, %d)".formatted(rows.one(), rows.other()), rows);
    }

    private void sign() {
        dml("sign-" + number, "UPDATE conf SET v = v || '+' WHERE id = 0",
                "UPDATE conf SET v = left(v, -1) WHERE id = 0", new Fill.Sign());
    }

    private void dml(String name, String sql, String back, Fill fill) {
        add(name, "rows", "migrate", step(name, "sql", sql, Map.of("sql", back, "dataLoss", NONE)), List.of(),
                List.of(), fill, false);
    }

    private void changeDefault() {
        String object = column(ground.table(), "a");
        sql("expand", "default-" + number, "several statements", """
                ALTER TABLE %1$s ALTER COLUMN a SET DEFAULT 'new';
                COMMENT ON COLUMN %1$s.a IS 'has a default';
                """.formatted(ground.table()), List.of(made(object, "text not null default 'new'::text")),
                "ALTER TABLE %s ALTER COLUMN a DROP DEFAULT".formatted(ground.table()),
                List.of(made(object, "text not null")));
    }

    private void view() {
        String view = named("seen");
        String key = ground.key().getFirst();
        String type = ground.keyDefinition().split(",")[0].split(" ")[1];
        sql("expand", "view-" + number, "create a view",
                "CREATE VIEW %s AS SELECT %s, n FROM %s".formatted(view, key, ground.table()),
                List.of(made("relation " + view, "v"),
                        made(column(view, key), type.equals("int") ? "integer" : type),
                        made(column(view, "n"), "integer")),
                "DROP VIEW " + view,
                List.of(gone("relation " + view), gone(column(view, key)), gone(column(view, "n"))));
    }

    private void deleteRows() {
        add("delete-" + number, "backfill delete", "contract", river(step("delete-" + number, "backfill",
                Map.of("table", ground.table(), "delete", true, "where", "old"),
                Map.of("impossible", "the old rows are gone; restore them from the backup", "dataLoss", "total"))),
                List.of(), List.of(), new Fill.Delete(ground), true);
    }

    private void dropColumn() {
        add("drop-" + number, "drop a column", "contract", river(step("drop-" + number, "sql",
                "ALTER TABLE %s DROP COLUMN junk".formatted(ground.table()),
                Map.of("impossible", "the junk is gone; restore it from the backup", "dataLoss", "total"))),
                List.of(gone(column(ground.table(), "junk"))), List.of(), null, true);
    }

    private static Map<String, Object> river(Map<String, Object> step) {
        step.put("pointOfNoReturn", true);
        return step;
    }

    private void sql(String phase, String name, String kind, String sql, List<Change> forward, String back,
            List<Change> after) {
        add(name, kind, phase, step(name, "sql", sql, Map.of("sql", back, "dataLoss", NONE)), forward, after, null,
                false);
    }

    private static Map<String, Object> step(String name, String key, Object work, Map<String, Object> rollback) {
        Map<String, Object> step = new LinkedHashMap<>();
        step.put("step", name);
        step.put(key, work);
        step.put("rollback", rollback);
        return step;
    }

    private void add(String name, String kind, String phase, Map<String, Object> document, List<Change> forward,
            List<Change> back, @Nullable Fill fill, boolean river) {
        steps.add(new PlannedStep(name, kind, phase, document, forward, back, fill, river));
    }
}
