package dev.rubicon.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Two JVMs on one control database: every page and button at both, the work shared, and either may go. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TwoNodesIT {

    private static final String BACKFILL = "backfill: { table: users, set: { name: \"'x'\", touched: touched + 1 },"
            + " where: name IS NULL }";
    private static final int ROWS = 100_000;
    /** Long enough that no node of a busy machine seems dead while it lives: what each try came to is told exactly. */
    private static final Duration LEASE = Duration.ofSeconds(6);

    private Cluster cluster;
    private int number;

    @BeforeAll
    void start(@TempDir Path folder) {
        cluster = new Cluster(folder, 1, 2, LEASE);
    }

    @AfterAll
    void end() {
        cluster.close();
    }

    @BeforeEach
    void bothAreThere() {
        cluster.nodes().stream().filter(node -> !node.runs()).forEach(Node::start);
        Awaitility.await("two nodes").atMost(Duration.ofSeconds(180)).until(() -> cluster.api().as("operator")
                .get("/nodes").body().path("items").valueStream()
                .filter(node -> node.path("state").asString().equals("WORKING")).count() == 2);
    }

    @Test
    void letsAReaderOfOneNodeActAtTheOther() {
        int one = cluster.nodes().getFirst().port();
        int other = cluster.nodes().getLast().port();
        PageReader reader = PageReader.signedIn(one, "operator", "operator" + Cluster.ENDING);
        Crossing crossing = open(1, 0.02, BACKFILL).start();
        int elsewhere = other(crossing.awaitCarrier()).port();
        String page = "/rollouts/" + crossing.id();

        assertThat(reader.get(other, "/api/v1/me").body()).contains("\"operator\"");
        String token = reader.token(one, page);
        assertThat(reader.send(elsewhere, page + "/pause", token, java.util.Map.of()).statusCode()).isEqualTo(302);
        crossing.await("PAUSED");
        assertThat(reader.press(elsewhere, page, page + "/resume").statusCode()).isEqualTo(302);
        crossing.speed(1);
        crossing.await("DONE");
        crossing.holds();

        reader.press(other, "/", "/logout");
        assertThat(reader.get(one, "/api/v1/me").statusCode()).isEqualTo(401);
    }

    @Test
    void sharesTheRunsOfAFleet() {
        Crossing crossing = open(6, 1, sql("INSERT INTO users SELECT -1 FROM pg_sleep(4)")).start();
        crossing.await("DONE");

        assertThat(crossing.attempts()).hasSize(12).extracting(Crossing.Attempt::outcome).containsOnly("done");
        assertThat(crossing.attempts().stream().map(Crossing.Attempt::node).distinct()).hasSize(2);
        crossing.holds();
    }

    @Test
    void tellsEveryEventOnceToAReaderWhoChangesTheNode() {
        Crossing crossing = open(1, 0.02, BACKFILL).start();
        Node carrier = crossing.awaitCarrier();
        EventReader first = EventReader.at(other(carrier).port(), crossing.id(), 0);
        first.awaitMore(4);
        other(carrier).kill();
        long last = first.awaitEnd();
        EventReader second = EventReader.at(carrier.port(), crossing.id(), last);
        crossing.speed(1);
        crossing.await("DONE");

        List<Long> all = crossing.events();
        Awaitility.await().untilAsserted(() -> assertThat(
                Stream.concat(first.seen().stream(), second.seen().stream()).toList()).isEqualTo(all));
    }

    @Test
    void goesOnElsewhereWhenANodeIsKilled() {
        Crossing crossing = open(1, 0.05, BACKFILL).start();
        crossing.awaitRows(ROWS / 20);
        Node killed = crossing.awaitCarrier();
        killed.kill();
        crossing.speed(1);
        crossing.await("DONE");

        assertThat(crossing.attempts()).extracting(Crossing.Attempt::outcome).containsExactly("lost", "done", "done");
        assertThat(crossing.attempts().getLast().node()).endsWith("-" + other(killed).pid());
        assertThat(crossing.value("SELECT min(touched) || '|' || max(touched) FROM users")).isEqualTo("1|1");
        crossing.holds();
    }

    @Test
    void letsAStatementEndBeforeItsNodeDoes() {
        Crossing crossing = open(1, 1, sql("INSERT INTO users SELECT -1 FROM pg_sleep(6)")).start();
        Node leaving = crossing.awaitStatement("pg_sleep");
        String name = crossing.attempts().getFirst().node();
        leaving.end();
        crossing.await("DONE");

        assertThat(crossing.attempts()).extracting(Crossing.Attempt::outcome).containsExactly("done", "done");
        assertThat(crossing.attempts().getFirst().node()).isEqualTo(name);
        assertThat(crossing.attempts().getLast().node()).endsWith("-" + other(leaving).pid());
        assertThat(other(leaving).api().as("operator").get("/nodes").expect(200).body().path("items").valueStream()
                .filter(node -> node.path("name").asString().equals(name)).map(node -> node.path("state").asString()))
                .containsExactly("ENDED");
        crossing.holds();
    }

    @Test
    void handsABackfillOverBetweenTwoBatches() {
        Crossing crossing = open(1, 0.05, BACKFILL).start();
        crossing.awaitRows(ROWS / 20);
        Node leaving = crossing.awaitCarrier();
        leaving.end();
        assertThat(crossing.changedRows()).isLessThan(ROWS);
        crossing.speed(1);
        crossing.await("DONE");

        assertThat(crossing.attempts()).extracting(Crossing.Attempt::outcome)
                .containsExactly("handed over", "done", "done");
        assertThat(crossing.value("SELECT min(touched) || '|' || max(touched) FROM users")).isEqualTo("1|1");
        crossing.holds();
    }

    @Test
    void handsAWaitForLocksOverAtOnce() throws SQLException {
        Crossing crossing = open(1, 1, sql("ALTER TABLE users ADD COLUMN more text"));
        try (Connection holder = crossing.holder()) {
            crossing.start();
            awaitOutcomes(crossing, "waiting");
            crossing.awaitCarrier().end();
            awaitOutcomes(crossing, "handed over", "waiting");
            holder.rollback();
        }
        crossing.await("DONE");
        crossing.holds();
    }

    @Test
    void cancelsABuildThatTakesLongerThanTheGraceAndBuildsItAnewElsewhere() throws SQLException {
        Crossing crossing = open(1, 1, sql("CREATE INDEX CONCURRENTLY users_name ON users (name)"));
        try (Connection holder = crossing.holder()) {
            crossing.start();
            crossing.awaitStatement("CREATE INDEX CONCURRENTLY").end();
            holder.rollback();
        }
        crossing.await("DONE");

        assertThat(crossing.attempts()).extracting(Crossing.Attempt::outcome).startsWith("handed over")
                .endsWith("done", "done");
        crossing.holds();
    }

    @Test
    void tellsWhoIsThere() {
        Node first = cluster.nodes().getFirst();
        JsonNode nodes = first.api().as("operator").get("/nodes").expect(200).body().path("items");

        assertThat(nodes.findValuesAsString("name")).anyMatch(name -> name.endsWith("-" + first.pid()));
        assertThat(nodes.valueStream().filter(node -> node.path("state").asString().equals("WORKING"))).hasSize(2);
        assertThat(nodes.valueStream().filter(node -> node.path("self").asBoolean())).hasSize(1);
        cluster.nodes().getLast().kill();
        Awaitility.await("silence").until(() -> first.api().as("operator").get("/nodes").body().path("items")
                .findValuesAsString("state").contains("SILENT"));
    }

    private static void awaitOutcomes(Crossing crossing, String... outcomes) {
        Awaitility.await(String.join(", ", outcomes)).atMost(Duration.ofSeconds(180)).until(
                () -> crossing.attempts().stream().map(Crossing.Attempt::outcome).toList(), List.of(outcomes)::equals);
    }

    private Node other(Node node) {
        return cluster.nodes().stream().filter(other -> other != node).findFirst().orElseThrow();
    }

    private static String sql(String statement) {
        return "sql: " + statement + ";";
    }

    private Crossing open(int databases, double speed, String work) {
        return Crossing.open(cluster, "two-nodes-" + ++number, databases, ROWS, speed, work);
    }
}
