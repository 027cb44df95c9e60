package dev.rubicon.faults;

import java.util.List;

/** Where a run can stand when the fault strikes: the rows of the fault matrix. */
enum Point {

    BEFORE_ATTEMPT("before the attempt is written down", Job.ROWS, Barrier.Kind.ATTEMPT_BEGINS,
            "a trigger on the control database's `attempt` waits"), AFTER_ATTEMPT("after it, before the step begins",
                    Job.PRECONDITION, Barrier.Kind.TARGET,
                    "the step's precondition waits"), IN_ROWS("in a statement that changes rows", Job.ROWS,
                            Barrier.Kind.TARGET,
                            "a trigger of the table waits when all rows are changed",
                            "CREATE TRIGGER hold AFTER UPDATE ON accounts FOR EACH STATEMENT EXECUTE FUNCTION hold_here()"), IN_DDL(
                                    "in a statement that changes the schema", Job.COLUMN, Barrier.Kind.TARGET,
                                    "an event trigger waits at the statement's end, with its ACCESS EXCLUSIVE lock held",
                                    "CREATE EVENT TRIGGER hold ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION hold_ddl()"), BEFORE_COMMIT(
                                            "before the commit", Job.ROWS, Barrier.Kind.TARGET,
                                            "a trigger on `rubicon.ledger` waits",
                                            ledger("CREATE TRIGGER hold AFTER INSERT ON rubicon.ledger FOR EACH ROW",
                                                    "forward", "hold_here")), IN_COMMIT(
                                                            "in the commit, which has not happened", Job.ROWS,
                                                            Barrier.Kind.TARGET,
                                                            "a deferred trigger on `rubicon.ledger` waits inside COMMIT",
                                                            ledger("CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON rubicon.ledger DEFERRABLE INITIALLY DEFERRED"
                                                                    + " FOR EACH ROW", "forward",
                                                                    "hold_here")), COMMIT_IN_DOUBT(
                                                                            "in the commit, which has happened and is not known of",
                                                                            Job.ROWS, Barrier.Kind.ANSWER,
                                                                            "the server waits for a synchronous standby that never comes, its own commit record written",
                                                                            ledger("CREATE TRIGGER doubt AFTER INSERT ON rubicon.ledger FOR EACH ROW",
                                                                                    "forward",
                                                                                    "doubt_here")), BEFORE_RECORD(
                                                                                            "after the commit, before its record",
                                                                                            Job.ROWS,
                                                                                            Barrier.Kind.ATTEMPT_ENDS,
                                                                                            "a trigger on the control database's `attempt` waits when the outcome is written"), IN_BATCH(
                                                                                                    "in a batch of a backfill",
                                                                                                    Job.BACKFILL,
                                                                                                    Barrier.Kind.TARGET,
                                                                                                    "a trigger of the table waits at row 7000",
                                                                                                    "CREATE TRIGGER hold AFTER UPDATE ON accounts FOR EACH ROW WHEN (NEW.id = 7000)"
                                                                                                            + " EXECUTE FUNCTION hold_here()"), BATCH_IN_DOUBT(
                                                                                                                    "in a batch's commit, which has happened and is not known of",
                                                                                                                    Job.BACKFILL,
                                                                                                                    Barrier.Kind.ANSWER,
                                                                                                                    "as above, from row 7000 on",
                                                                                                                    "CREATE TRIGGER doubt AFTER UPDATE ON accounts FOR EACH ROW WHEN (NEW.id = 7000)"
                                                                                                                            + " EXECUTE FUNCTION doubt_here()"), BETWEEN_BATCHES(
                                                                                                                                    "between two batches",
                                                                                                                                    Job.BACKFILL,
                                                                                                                                    Barrier.Kind.SPEED,
                                                                                                                                    "the rollout's speed is set to 0 while a trigger of the table waits at row 7000, and the trigger let go",
                                                                                                                                    "CREATE TRIGGER hold AFTER UPDATE ON accounts FOR EACH ROW WHEN (NEW.id = 7000)"
                                                                                                                                            + " EXECUTE FUNCTION hold_here()"), CIC_WRITERS(
                                                                                                                                                    "in CREATE INDEX CONCURRENTLY, waiting for writers before the build",
                                                                                                                                                    Job.INDEX,
                                                                                                                                                    Barrier.Kind.WRITER,
                                                                                                                                                    "an open transaction has written to the table"), CIC_VALIDATION(
                                                                                                                                                            "in CREATE INDEX CONCURRENTLY, waiting for writers before the validation",
                                                                                                                                                            Job.INDEX,
                                                                                                                                                            Barrier.Kind.LATE_WRITER,
                                                                                                                                                            "an open transaction has written to the table after the build had begun"), CIC_SNAPSHOTS(
                                                                                                                                                                    "in CREATE INDEX CONCURRENTLY, waiting for old snapshots",
                                                                                                                                                                    Job.INDEX,
                                                                                                                                                                    Barrier.Kind.SNAPSHOT,
                                                                                                                                                                    "an open transaction has an older snapshot"), IN_VERIFICATION(
                                                                                                                                                                            "in a verification",
                                                                                                                                                                            Job.VERIFICATION,
                                                                                                                                                                            Barrier.Kind.TARGET,
                                                                                                                                                                            "the step's verification waits"), ROLLBACK_STATEMENT(
                                                                                                                                                                                    "in a statement of the rollback",
                                                                                                                                                                                    Job.ROWS_BACK,
                                                                                                                                                                                    Barrier.Kind.TARGET,
                                                                                                                                                                                    "a trigger of the table waits when all rows are changed back",
                                                                                                                                                                                    "CREATE TRIGGER hold AFTER UPDATE ON accounts FOR EACH STATEMENT EXECUTE FUNCTION hold_here()"), ROLLBACK_IN_DOUBT(
                                                                                                                                                                                            "in the rollback's commit, which has happened and is not known of",
                                                                                                                                                                                            Job.ROWS_BACK,
                                                                                                                                                                                            Barrier.Kind.ANSWER,
                                                                                                                                                                                            "as above",
                                                                                                                                                                                            ledger("CREATE TRIGGER doubt AFTER INSERT ON rubicon.ledger FOR EACH ROW",
                                                                                                                                                                                                    "rollback",
                                                                                                                                                                                                    "doubt_here")), ROLLBACK_RECORD(
                                                                                                                                                                                                            "after the rollback's commit, before its record",
                                                                                                                                                                                                            Job.ROWS_BACK,
                                                                                                                                                                                                            Barrier.Kind.ATTEMPT_ENDS,
                                                                                                                                                                                                            "a trigger on the control database's `attempt` waits when the outcome is written"), ROLLBACK_DROP(
                                                                                                                                                                                                                    "in DROP INDEX CONCURRENTLY of the rollback",
                                                                                                                                                                                                                    Job.INDEX_BACK,
                                                                                                                                                                                                                    Barrier.Kind.DROP,
                                                                                                                                                                                                                    "an open transaction has written to the table");

    final String title;
    final Job job;
    final Barrier.Kind barrier;
    final String how;
    final List<String> setup;

    Point(String title, Job job, Barrier.Kind barrier, String how, String... setup) {
        this.title = title;
        this.job = job;
        this.barrier = barrier;
        this.how = how;
        this.setup = List.of(setup);
    }

    /** The name of its plan. */
    String plan() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    private static String ledger(String trigger, String direction, String function) {
        return "%s WHEN (NEW.step = 'middle' AND NEW.direction = '%s') EXECUTE FUNCTION %s()".formatted(trigger,
                direction, function);
    }
}
