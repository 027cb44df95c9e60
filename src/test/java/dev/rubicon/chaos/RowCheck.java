package dev.rubicon.chaos;

import dev.rubicon.chaos.PlannedStep.Fill;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Says what is wrong with the rows of a target after a crossing: each must have been changed once by each step that
 * changes it, none may be missing, and the application's own changes must all be there. The log of changes tells.
 */
final class RowCheck {

    private static final String STEP = "substring(app FROM '^rubicon run/[0-9]+ step/([a-z0-9-]+)')";

    private final Connection target;
    private final RandomPlan plan;
    private final List<LedgerLine> ledger;
    private final List<String> inEffect;
    private final List<String> wrong = new ArrayList<>();

    private RowCheck(Connection target, RandomPlan plan, List<LedgerLine> ledger, List<String> inEffect) {
        this.target = target;
        this.plan = plan;
        this.ledger = ledger;
        this.inEffect = inEffect;
    }

    static List<String> wrong(Connection target, RandomPlan plan, List<LedgerLine> ledger, List<String> inEffect)
            throws SQLException {
        RowCheck check = new RowCheck(target, plan, ledger, inEffect);
        for (Grounds ground : Grounds.values()) {
            check.conserved(ground);
        }
        for (PlannedStep step : plan.steps()) {
            Fill fill = step.fill();
            if (fill != null) {
                check.fill(step.name(), fill, inEffect.contains(step.name()));
            }
        }
        check.signs();
        check.untouched();
        return check.wrong;
    }

    private void fill(String step, Fill fill, boolean done) throws SQLException {
        switch (fill) {
            case Fill.Column column -> {
                changedOnce(step, column.ground(), done);
                if (done) {
                    zero("rows of %s where %s is not what %s should have made of it".formatted(
                            column.ground().table(), column.column(), step),
                            "SELECT count(*) FROM %s WHERE %s IS DISTINCT FROM %s".formatted(column.ground().table(),
                                    column.column(), column.value()));
                    zero("rows of %s that %s did not change".formatted(column.ground().table(), step), """
                            SELECT count(*) FROM %1$s t JOIN chaos.initial i ON i.tbl = '%1$s' AND i.key = %2$s
                            WHERE NOT EXISTS (SELECT FROM chaos.log WHERE tbl = i.tbl AND chaos.log.key = i.key
                                AND op = 'UPDATE' AND %3$s = '%4$s')""".formatted(column.ground().table(),
                            column.ground().keyText(), STEP, step));
                }
            }
            case Fill.Delete delete -> {
                changedOnce(step, delete.ground(), done);
                if (done) {
                    zero("old rows in " + delete.ground().table(),
                            "SELECT count(*) FROM %s WHERE old AND NOT app".formatted(delete.ground().table()));
                }
            }
            case Fill.Copy copy -> {
                if (done) {
                    zero("rows of ref missing in or wrong in " + copy.into(), """
                            SELECT count(*) FROM ref FULL JOIN %s c USING (id)
                            WHERE c.big IS DISTINCT FROM ref.big""".formatted(copy.into()));
                }
            }
            case Fill.Rows rows -> {
                long found = Place.count(target, "SELECT count(*) FROM conf WHERE id IN (%d, %d)".formatted(rows.one(),
                        rows.other()));
                if (found != (done ? 2 : 0)) {
                    wrong.add("%d rows of step %s are in conf, which is %sin effect".formatted(found, step,
                            done ? "" : "not "));
                }
            }
            case Fill.Sign sign -> {}
        }
    }

    private void signs() throws SQLException {
        long expected = inEffect.stream().filter(step -> plan.step(step).fill() instanceof Fill.Sign).count();
        List<List<String>> found = Place.rows(target, "SELECT v FROM conf WHERE id = 0");
        if (found.size() != 1 || !found.getFirst().getFirst().equals("zero" + "+".repeat((int) expected))) {
            wrong.add("the signed row is %s and should have %d signs".formatted(found, expected));
        }
    }

    /** Tables whose rows no step changes, wherever their partitions hang. */
    private void untouched() throws SQLException {
        zero("rows of the partitions lost or doubled", """
                SELECT (SELECT count(*) FROM ref) - (SELECT count(*) FROM ref JOIN seen USING (id, big))
                     + (SELECT count(*) FROM chaos.initial WHERE tbl = 't_big')
                     - (SELECT count(DISTINCT id) FROM (SELECT id FROM part_1 UNION ALL SELECT id FROM part_2
                                                        UNION ALL SELECT id FROM part_3) p)""");
    }

    /** No row was changed by two batches of a step, and the ledger counts as many as the log. */
    private void changedOnce(String step, Grounds ground, boolean done) throws SQLException {
        List<List<String>> doubled = Place.rows(target, """
                SELECT key, count(*), string_agg(app || ' in ' || xid, ', ') FROM chaos.log
                WHERE tbl = ? AND %s = ? GROUP BY key HAVING count(*) > 1 LIMIT 3""".formatted(STEP), ground.table(),
                step);
        doubled.forEach(row -> wrong.add("step %s changed row %s of %s %s times: %s".formatted(step, row.get(0),
                ground.table(), row.get(1), row.get(2))));
        long logged = Place.count(target, "SELECT count(*) FROM chaos.log WHERE tbl = ? AND %s = ?".formatted(STEP),
                ground.table(), step);
        if (done) {
            long told = ledger.stream().filter(line -> line.step().equals(step) && line.direction().equals("forward"))
                    .mapToLong(LedgerLine::rows).reduce(0, (older, newer) -> newer);
            if (told != logged) {
                wrong.add("step %s changed %d rows, and the ledger says %d".formatted(step, logged, told));
            }
        }
    }

    /** Rows and sums are what the log of changes adds up to; nothing came or went unseen. */
    private void conserved(Grounds ground) throws SQLException {
        String table = ground.table();
        zero("rows of %s lost or come from nowhere".formatted(table), """
                WITH should AS (
                    SELECT key FROM chaos.initial WHERE tbl = '%1$s' UNION ALL
                    SELECT key FROM chaos.log WHERE tbl = '%1$s' AND op = 'INSERT' EXCEPT ALL
                    SELECT key FROM chaos.log WHERE tbl = '%1$s' AND op = 'DELETE')
                SELECT count(*) FROM should FULL JOIN (SELECT %2$s AS key FROM %1$s) found USING (key)
                WHERE should IS NULL OR found IS NULL""".formatted(table, ground.keyText()));
        zero("rows of %s whose counters are not what the changes add up to".formatted(table), """
                SELECT count(*) FROM %1$s t
                LEFT JOIN (SELECT key, sum(n) AS n, sum(touched) AS touched FROM chaos.log WHERE tbl = '%1$s'
                           GROUP BY key) l ON l.key = %2$s
                WHERE t.n <> coalesce(l.n, 0) OR t.touched <> coalesce(l.touched, 0)""".formatted(table,
                ground.keyText()));
        zero("rows of %s deleted by a session that had no business with them".formatted(table), """
                SELECT count(*) FROM chaos.log l WHERE tbl = '%1$s' AND op = 'DELETE' AND app <> 'app'
                AND coalesce(%2$s, '') NOT LIKE 'delete-%%'""".formatted(table, STEP));
        zero("rows of %s that %s".formatted(table, "were changed by an unknown session"), """
                SELECT count(*) FROM chaos.log WHERE tbl = '%1$s' AND app <> 'app' AND %2$s IS NULL""".formatted(
                table, STEP));
    }

    private void zero(String what, String sql) throws SQLException {
        long found = Place.count(target, sql);
        if (found != 0) {
            wrong.add("%d %s".formatted(found, what));
        }
    }
}
