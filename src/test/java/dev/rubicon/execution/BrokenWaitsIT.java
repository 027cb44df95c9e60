package dev.rubicon.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.kagkarlsson.scheduler.Scheduler;
import dev.rubicon.durable.DurableWork;
import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.RubiconTest;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/** Steps that wait for locks or are asked to stop, whose worker is gone; its end is written into the rows as it leaves it. */
@RubiconTest
class BrokenWaitsIT {

    @Autowired
    private Api api;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private TransactionTemplate transactions;

    @Autowired
    private Dispatch dispatch;

    @Autowired
    private PhaseRunRows rows;

    @Autowired
    private RequestRows requests;

    @Autowired
    private PhaseRunner runner;

    @Autowired
    private LostDispatches lost;

    @Autowired
    private Scheduler scheduler;

    /** A rollout of one step on one target. */
    private final class Run {
        private final Fleet fleet;
        private final long id;
        private final String target;

        Run(String tag, int people, String step) {
            fleet = new Fleet(api, tag, 1, people);
            target = tag + "-0";
            fleet.submit("""
                    plan: %s
                    title: One step
                    engine: postgresql
                    phases:
                      - phase: expand
                        steps:
                          - { step: only, %s }
                    """.formatted(fleet.plan(), step));
            id = fleet.open(fleet.plan(), Map.of("percent", 100)).path("id").asLong();
        }

        void approve() {
            fleet.approve(fleet.rollout(id), 0).expect(201);
        }

        void operate(String verb) {
            api.as("operator").post("/rollouts/%d/runs/%s/%s".formatted(id, target, verb), Map.of()).expect(202);
        }

        JsonNode newest() {
            JsonNode runs = api.as("author").get("/rollouts/%d/runs/%s".formatted(id, target)).expect(200).body();
            return runs.path(runs.size() - 1);
        }

        List<String> attempts() {
            return newest().at("/steps/0/attempts").valueStream().map(one -> one.path("outcome").asString("")).toList();
        }

        void awaitRun(String state) {
            await(state).atMost(Duration.ofSeconds(180)).untilAsserted(() -> {
                JsonNode run = newest();
                assertThat(run.path("state").asString("")).as("state of %s", run).isEqualTo(state);
            });
        }

        void awaitAttempts(String... outcomes) {
            await().atMost(Duration.ofSeconds(180))
                    .untilAsserted(() -> assertThat(attempts()).containsExactly(outcomes));
        }

        /** Until the step has told twice how far it is, and is further the second time. */
        void awaitWork() {
            AtomicLong first = new AtomicLong();
            await().until(() -> {
                long done = newest().at("/steps/0/progress/done").asLong(0);
                return !first.compareAndSet(0, done) && done > first.get();
            });
        }

        JsonNode blocker() {
            return newest().path("blocker");
        }

        Connection lock(String sql) throws SQLException {
            Connection shop = DriverManager.getConnection(fleet.database(target).url(), fleet.database(target).user(),
                    fleet.database(target).password());
            shop.setAutoCommit(false);
            try (Statement statement = shop.createStatement()) {
                statement.execute(sql);
            }
            return shop;
        }

        void attempt(String assignments) {
            assertThat(jdbc.sql("UPDATE attempt SET " + assignments + " WHERE phase_run = ?")
                    .param(newest().path("id").asLong()).update()).isEqualTo(1);
        }

        /** As a worker leaves it that dies before it has seen the cancel. */
        void dieAskedToCancel(String attempt) {
            long run = newest().path("id").asLong();
            transactions.executeWithoutResult(status -> {
                attempt("ended_at = NULL, node = 'node-gone', " + attempt);
                jdbc.sql("UPDATE step_run SET state = 'RUNNING', ended_at = NULL WHERE phase_run = ?").param(run)
                        .update();
                jdbc.sql("UPDATE phase_run SET state = 'CANCELLING', asked = 'CANCEL', ended_at = NULL WHERE id = ?")
                        .param(run).update();
                requests.ask(run, RunRequest.Verb.CANCEL, null, new RunRequest.Asker("operator", null));
                dispatch.dispatch(run, rows.nextDispatch(run), Duration.ZERO);
            });
            awaitRun("CANCELLED");
        }

        JsonNode lastRequest() {
            JsonNode asked = newest().path("requests");
            return asked.path(asked.size() - 1);
        }
    }

    private static final String COLUMN = "patience: 10m, sql: ALTER TABLE users ADD COLUMN n int, "
            + "rollback: { sql: ALTER TABLE users DROP COLUMN n, dataLoss: new-writes }";

    private Run held(String tag) {
        return new Run(tag, 10, COLUMN);
    }

    @Test
    void executesNothingMoreAfterTheDeathOfAWorkerThatWasToCancel() throws SQLException {
        Run run = held("death");
        try (Connection shop = run.lock("SELECT * FROM users")) {
            run.approve();
            run.awaitAttempts("waiting");
            run.operate("pause");
            run.awaitRun("PAUSED");
            assertThat(run.newest().at("/steps/0/state").asString()).isEqualTo("QUEUED");
        }
        run.dieAskedToCancel("outcome = NULL, waiting_for = NULL");

        assertThat(run.attempts()).containsExactly("lost");
        assertThat(run.lastRequest().path("outcome").asString()).isEqualTo("done");
        assertThat(run.lastRequest().path("observed").asString()).contains("node-gone was gone", "did not take effect");
        assertThat(run.fleet.database(run.target).value("SELECT count(*) FROM rubicon.ledger")).isEqualTo("0");
        assertThat(run.fleet.database(run.target).value("SELECT count(*) FROM information_schema.columns "
                + "WHERE table_name = 'users' AND column_name = 'n'")).isEqualTo("0");
    }

    @Test
    void asksTheLedgerAlsoWhereTheLastWordWasThatTheStepWaits() {
        Run run = new Run("lastword", 10, COLUMN);
        run.approve();
        run.fleet.awaitState(run.id, "DONE");
        run.dieAskedToCancel("outcome = 'waiting', waiting_for = '[]'");

        assertThat(run.attempts()).containsExactly("lost");
        assertThat(run.newest().at("/steps/0/state").asString()).isEqualTo("DONE");
        assertThat(run.lastRequest().path("observed").asString()).contains("had taken effect before");
    }

    @Test
    void saysThatAStepWaitedWhichIsCancelled() throws SQLException {
        Run run = held("cancelwait");
        try (Connection shop = run.lock("SELECT * FROM users")) {
            run.approve();
            run.awaitAttempts("waiting");
            run.operate("cancel");
            run.awaitRun("CANCELLED");
        }
        assertThat(run.attempts()).containsExactly("stopped");
    }

    @Test
    void countsPatienceFromTheFirstOfSeveralNodesThatWaited() throws SQLException {
        Run run = held("nodes");
        try (Connection shop = run.lock("SELECT * FROM users")) {
            run.approve();
            run.awaitAttempts("waiting");
            run.operate("pause");
            run.awaitRun("PAUSED");
            run.attempt("outcome = 'handed over', waiting_for = '[]', started_at = started_at - interval '1 hour'");
            run.operate("resume");
            run.awaitRun("FAILED");
        }
        assertThat(run.newest().at("/failure/cause").asString()).isEqualTo("lock-patience");
        assertThat(run.attempts()).containsExactly("handed over", "gave up");
    }

    @Test
    void beginsPatienceAnewWhenAPersonResumes() throws SQLException {
        Run run = held("anew");
        try (Connection shop = run.lock("SELECT * FROM users")) {
            run.approve();
            run.awaitAttempts("waiting");
            run.operate("pause");
            run.awaitRun("PAUSED");
            run.attempt("started_at = started_at - interval '1 hour'");
            run.operate("resume");
            run.awaitAttempts("stopped", "waiting");
        }
        run.fleet.awaitState(run.id, "DONE");
        assertThat(run.attempts()).containsExactly("stopped", "done");
    }

    @Test
    void countsPatienceOfABackfillFromWhereItBeganToWait() throws SQLException {
        Run run = new Run("batches", 60_000, "patience: 1m, backfill: { table: users, set: { touched: '1' }, "
                + "where: touched = 0 }, rollback: { nothing: derived, dataLoss: none }");
        run.fleet.speed(run.id, 0.02);
        run.approve();
        run.awaitWork();
        run.attempt("started_at = started_at - interval '1 hour'");
        try (Connection shop = run.lock("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")) {
            run.awaitAttempts("let go", "waiting");
        }
        run.fleet.speed(run.id, 1);
        run.fleet.awaitState(run.id, "DONE");
        assertThat(run.attempts()).containsExactly("let go", "done");
    }

    @Test
    void takesNothingUpOnANodeThatTheRunWasTakenFrom() throws SQLException {
        Run run = held("frozen");
        try (Connection shop = run.lock("SELECT * FROM users")) {
            run.approve();
            run.awaitAttempts("waiting");
            long id = run.newest().path("id").asLong();

            assertThat(runner.carryOn(
                    new DurableWork.Hand(Dispatch.TASK, id + "/1", 0, scheduler.getSchedulerState()))).isEmpty();
        }
        run.fleet.awaitState(run.id, "DONE");
        assertThat(run.attempts()).containsExactly("done");
    }

    @Test
    void dispatchesAnewWhatNoExecutionCarries() throws SQLException {
        Run run = held("uncarried");
        try (Connection shop = run.lock("SELECT * FROM users")) {
            run.approve();
            run.awaitAttempts("waiting");
            long id = run.newest().path("id").asLong();
            assertThat(jdbc.sql("DELETE FROM scheduled_tasks WHERE task_name = ? AND task_instance = ?")
                    .params(Dispatch.TASK, id + "/1").update()).isEqualTo(1);
            lost.sweep();
            assertThat(rows.find(id).orElseThrow().dispatch()).isEqualTo(2);
            lost.sweep();
            assertThat(rows.find(id).orElseThrow().dispatch()).isEqualTo(2);
        }
        run.fleet.awaitState(run.id, "DONE");
    }

    @Test
    void givesUpABackfillThatFindsItsTableLockedWhenPatienceEnds() throws SQLException {
        Run run = new Run("lockedout", 2_000, "patience: 2s, backfill: { table: users, set: { touched: '1' }, "
                + "where: touched = 0 }, rollback: { nothing: derived, dataLoss: none }");
        try (Connection shop = run.lock("LOCK TABLE users IN ACCESS EXCLUSIVE MODE")) {
            run.approve();
            run.awaitRun("FAILED");
        }
        assertThat(run.newest().at("/failure/cause").asString("")).isEqualTo("lock-patience");
        assertThat(run.newest().at("/failure/message").asString("")).contains("Waits for locks held by pid");
    }

    @Test
    void saysThatAStepLosesItsSessionAgainAndAgainAndCanBeCancelled() {
        Run run = new Run("lostsession", 5, "sql: 'SELECT pg_terminate_backend(pg_backend_pid()) FROM users LIMIT 1', "
                + "rollback: { nothing: it changes nothing, dataLoss: none }");
        run.approve();

        await().untilAsserted(() -> assertThat(run.blocker().path("message").asString(""))
                .startsWith("The session of step only was lost 5 times in a row: "));
        assertThat(run.attempts()).containsOnly("lost");
        assertThat(run.blocker().path("type").asString()).isEqualTo("target-unreachable");
        assertThat(run.blocker().path("clears").asString()).contains("cancel the run and mend the plan");
        run.operate("cancel");
        run.awaitRun("CANCELLED");
    }
}
