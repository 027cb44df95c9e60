package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Script;
import dev.rubicon.engine.Script.Statement;
import dev.rubicon.engine.Script.StatementKind;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.plan.Work;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Steps of statements: one transaction, or one statement that takes none. */
final class SqlWork {

    private static final int MOST_PLANS = 10;
    private static final Set<String> ROLES = Set.of("role", "session_authorization");
    /** The role that a step takes, so that its objects belong to it, need not be allowed to write the ledger. */
    static final String OWN_ROLE = "RESET SESSION AUTHORIZATION; RESET ROLE";

    private final Attempt attempt;
    private final Scripts scripts;
    private final Fragments fragments;

    SqlWork(Attempt attempt, Scripts scripts, Fragments fragments) {
        this.attempt = attempt;
        this.scripts = scripts;
        this.fragments = fragments;
    }

    StepOutcome perform(Work.Sql sql) throws SQLException {
        List<Statement> statements = statements(sql);
        if (statements.stream().allMatch(Statement::transactional)) {
            return inOneTransaction(sql, statements);
        }
        if (statements.size() > 1) {
            throw Ending.failed("not-transactional",
                    "A statement that cannot run in a transaction has to stand alone in its step");
        }
        return new AloneWork(attempt, scripts).perform(statements.getFirst());
    }

    private List<Statement> statements(Work.Sql sql) {
        List<Statement> statements = new ArrayList<>();
        for (String text : sql.scripts()) {
            Script script = scripts.read(text);
            if (script.error() != null) {
                throw Ending.failed("syntax-error", "%s (line %d, column %d)".formatted(script.error().message(),
                        script.error().line(), script.error().column()));
            }
            statements.addAll(script.statements());
        }
        statements.stream().filter(Statement::transactionControl).findFirst().ifPresent(control -> {
            throw Ending.failed("transaction-control",
                    "A step is a transaction by itself and may not hold " + control.sql());
        });
        if (statements.isEmpty()) {
            throw Ending.failed("empty", "The step holds no statement");
        }
        return statements;
    }

    private record Counts(long rows, long added) {}

    private StepOutcome inOneTransaction(Work.Sql sql, List<Statement> statements) throws SQLException {
        boolean rowsCount = statements.stream().allMatch(statement -> statement.kind() == StatementKind.DML);
        List<String> relations = sql.scripts().stream().flatMap(text -> fragments.relations(text).stream()).toList();
        Counts counts = locked(statements, relations, () -> {
            Counts sum = new Counts(0, 0);
            for (Statement statement : statements) {
                long rows = Math.max(0, execute(statement));
                sum = new Counts(sum.rows + rows, sum.added + added(statement, rows));
            }
            if (statements.stream().anyMatch(SqlWork::takesRole)) {
                Rows.execute(attempt.work(), OWN_ROLE);
            }
            attempt.record(attempt.order().direction(), rowsCount ? sum.rows : -1, sum.added);
            return sum;
        });
        return new StepOutcome.Done(false, rowsCount ? counts.rows : -1, counts.added,
                rowsCount ? counts.rows + " rows changed" : "Done");
    }

    /** With a plan of the locks; one that others have overtaken is made anew. */
    private <T> T locked(List<Statement> statements, List<String> relations, Attempt.Body<T> body)
            throws SQLException {
        LockPlanner planner = new LockPlanner(attempt.work(), attempt.serverMajor());
        for (int plans = 1;; plans++) {
            try {
                return attempt.transaction(planner.plan(statements), relations, body);
            } catch (LockPlan.Stale stale) {
                if (plans == MOST_PLANS) {
                    throw Ending.refused(stale.refusal(), "LOCK TABLE");
                }
            }
        }
    }

    private static boolean takesRole(Statement statement) {
        return statement.actions().stream()
                .anyMatch(action -> action instanceof Action.Setting setting && ROLES.contains(setting.name()));
    }

    private static long added(Statement statement, long rows) {
        return switch (statement.node()) {
            case "InsertStmt", "CopyStmt" -> rows;
            case "DeleteStmt" -> -rows;
            default -> 0;
        };
    }

    private long execute(Statement statement) throws SQLException {
        String sql = statement.sql();
        ProgressTeller teller = new ProgressTeller(attempt, what(statement));
        try {
            long began = System.nanoTime();
            long rows = attempt.watched(() -> Rows.execute(attempt.work(), sql), teller::look);
            attempt.executed(sql, System.nanoTime() - began, rows);
            return rows;
        } catch (SQLException e) {
            if (SqlStates.lockRefused(e) || SqlStates.cancelled(e) || attempt.lost(e)) {
                throw e;
            }
            throw Ending.refused(e, sql);
        }
    }

    /** What a person is told of a statement whose progress the server does not tell. */
    private static String what(Statement statement) {
        return switch (statement.actions().getFirst()) {
            case Action.ValidateConstraint validate ->
                "reads " + validate.table() + " to validate constraint " + validate.constraint();
            case Action.RefreshView refresh -> "computes " + refresh.view() + " anew";
            default -> "runs";
        };
    }
}
