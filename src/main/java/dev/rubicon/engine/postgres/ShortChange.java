package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Script.Statement;
import java.sql.SQLException;
import java.util.List;

/** One statement that changes catalogs and is done in no time: its strong locks are taken as those of any step. */
final class ShortChange {

    private final Attempt attempt;
    private final Scripts scripts;

    ShortChange(Attempt attempt, Scripts scripts) {
        this.attempt = attempt;
        this.scripts = scripts;
    }

    /**
     * @param table whose holders are named while the locks are not to be had
     * @param then what is done in the same transaction
     * @throws Ending when the server refuses, and when the locks are not to be had for now
     */
    void execute(String sql, String table, Attempt.Body<?> then) throws SQLException {
        List<Statement> statements = scripts.read(sql).statements();
        try {
            attempt.transaction(new LockPlanner(attempt.work(), attempt.serverMajor()).plan(statements),
                    List.of(table), () -> {
                        attempt.watched(() -> Rows.execute(attempt.work(), sql));
                        then.run();
                        return true;
                    });
        } catch (SQLException e) {
            if (attempt.lost(e)) {
                throw e;
            }
            throw Ending.refused(e, sql);
        }
    }
}
