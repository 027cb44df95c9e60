package dev.rubicon.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import tools.jackson.databind.JsonNode;

/**
 * A plan of two steps carried over a few databases of a cluster, in the environment where nobody has to approve: the step
 * {@code first} does what a test asks for, {@code second} makes a table and tells by its attempt who went on.
 */
final class Crossing {

    private static final Duration LONG = Duration.ofSeconds(180);

    private final Cluster cluster;
    private final List<Cluster.Target> targets;
    private final long id;

    private Crossing(Cluster cluster, List<Cluster.Target> targets, long id) {
        this.cluster = cluster;
        this.targets = targets;
        this.id = id;
    }

    /** A try of a step. */
    record Attempt(String step, String node, String outcome) {}

    /**
     * Opens the rollout; it waits to be started.
     *
     * @param rows of the table {@code users (id, name, touched)} in each database
     * @param speed of backfills, at once
     * @param work the first step's, as the plan has it
     */
    static Crossing open(Cluster cluster, String name, int databases, int rows, double speed, String work) {
        List<Cluster.Target> targets = IntStream.range(0, databases)
                .mapToObj(i -> cluster.target(0, name + "-" + i, "development", name,
                        "CREATE TABLE users (id bigint PRIMARY KEY, name text, touched int NOT NULL DEFAULT 0)",
                        "INSERT INTO users SELECT i FROM generate_series(1, " + rows + ") i"))
                .toList();
        cluster.api().as("author").postYaml("/plans", """
                plan: %s
                title: Two steps
                description: One that a test asks for, and one behind it.
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: first
                        %s
                        rollback: { nothing: a test needs no way back, dataLoss: none }
                      - step: second
                        sql: CREATE TABLE second (id bigint PRIMARY KEY);
                        rollback: { sql: DROP TABLE second;, dataLoss: none }
                """.formatted(name, work)).expect(201);
        JsonNode rollout = cluster.api().as("author").post("/rollouts", Map.of("plan", name, "revision", 1,
                "environment", "development", "targets", Map.of("labels", Map.of("fleet", name)), "waves",
                List.of(Map.of("percent", 100)), "startPhases", "manual")).expect(202).body();
        Crossing crossing = new Crossing(cluster, targets, rollout.path("id").asLong());
        crossing.speed(speed);
        return crossing;
    }

    Crossing start() {
        assertThat(cluster.api().as("operator").post("/rollouts/" + id + "/phases/0/start", Map.of()).status())
                .isBetween(200, 202);
        return this;
    }

    /** A transaction on the first database that holds a weak lock on the table, and an old snapshot. */
    Connection holder() throws SQLException {
        Connection holder = DriverManager.getConnection(target().url(), target().user(), target().password());
        holder.setAutoCommit(false);
        holder.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        try (var statement = holder.createStatement()) {
            statement.execute("SELECT count(*) FROM users");
        }
        return holder;
    }

    long id() {
        return id;
    }

    TestPostgres.Database target() {
        return targets.getFirst().database();
    }

    /** Sets the speed of the backfill, on the version just read. */
    void speed(double speed) {
        cluster.api().as("operator").patchNewest("/rollouts/" + id, "/speed", Map.of("speed", speed)).expect(200);
    }

    void await(String state) {
        Awaitility.await("rollout " + id + " " + state).atMost(LONG).pollInterval(Duration.ofMillis(100))
                .until(() -> rollout().path("state").asString(), state::equals);
    }

    JsonNode rollout() {
        return cluster.api().as("operator").get("/rollouts/" + id).expect(200).body();
    }

    /** Waits until the first step is on its way, and answers with the node that does it. */
    Node awaitCarrier() {
        Awaitility.await("a worker").atMost(LONG).pollInterval(Duration.ofMillis(50))
                .until(() -> "1".equals(control("SELECT count(*) FROM attempt JOIN phase_run run ON run.id = phase_run"
                        + " WHERE rollout = " + id + " AND backend_pid IS NOT NULL AND attempt.ended_at IS NULL")));
        return carrier();
    }

    private Node carrier() {
        return cluster.nodeOf(Long.parseLong(control("SELECT max(id) FROM phase_run WHERE rollout = " + id)));
    }

    /** Waits until the backfill has changed more than so many rows. */
    void awaitRows(int more) {
        Awaitility.await("rows").atMost(LONG).pollInterval(Duration.ofMillis(20)).until(() -> changedRows() > more);
    }

    long changedRows() {
        return Long.parseLong(value("SELECT count(*) FROM users WHERE touched > 0"));
    }

    /** Waits until a worker's session runs a statement that holds this text; the ledger's own statements may hold it too. */
    Node awaitStatement(String text) {
        Awaitility.await("statement " + text).atMost(LONG).pollInterval(Duration.ofMillis(20))
                .until(() -> !"0".equals(target().jdbc()
                        .sql("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                + " AND application_name LIKE 'rubicon run/%' AND state = 'active' AND query LIKE ?"
                                + " AND pid <> pg_backend_pid()")
                        .param("%" + text + "%").query(String.class).single()));
        return carrier();
    }

    /** Every try, in order. */
    List<Attempt> attempts() {
        return cluster.controlDatabase().jdbc().sql("""
                SELECT step, attempt.node, coalesce(outcome, '') AS outcome
                  FROM attempt JOIN phase_run run ON run.id = phase_run WHERE rollout = ? ORDER BY attempt.id
                """).param(id).query((row, number) -> new Attempt(row.getString(1), row.getString(2), row.getString(3)))
                .list();
    }

    List<Long> events() {
        return new ArrayList<>(cluster.controlDatabase().jdbc()
                .sql("SELECT seq FROM rollout_event WHERE rollout = ? ORDER BY seq").param(id).query(Long.class)
                .list());
    }

    String value(String sql) {
        return String.valueOf(target().value(sql));
    }

    private String control(String sql) {
        return String.valueOf(cluster.controlDatabase().value(sql));
    }

    /** Nothing lost, doubled or left behind on any database. */
    void holds() {
        // its sessions end behind its last word
        targets.forEach(target -> Awaitility.await().atMost(LONG).untilAsserted(() -> assertThat(
                Checker.wrong(cluster.controlDatabase(), id, target, List.of("first", "second"))).isEmpty()));
    }
}
