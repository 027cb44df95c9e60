package dev.rubicon.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Api;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The fault matrix: runs stand at every point at which a run can die, one fault strikes them all, and each has to end
 * right. All cells together are the table in {@code src/docs/fault-matrix.md}. Some of them alone, by the names of
 * points and faults as regular expressions: {@code -Drubicon.tests.points=IN_.*} {@code -Drubicon.tests.faults=KILL}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FaultMatrixIT {

    private final Map<Fault, Map<Point, List<String>>> verdicts = new EnumMap<>(Fault.class);
    private final List<Cell> all = new ArrayList<>();
    private Cluster cluster;
    private Cluster.Target template;

    @BeforeAll
    void prepare(@TempDir Path folder) {
        cluster = new Cluster(folder, 1, 2, 1);
        cluster.controlDatabase().run(Barrier.CONTROL);
        allowManyConnections();
        template = cluster.target(0, "template", "development", "template", Job.DATABASE);
        Api author = cluster.api().as("author");
        points().forEach(point -> author.postYaml("/plans", point.job.plan(point.plan())).expect(201));
        makeLedger(author);
    }

    private void allowManyConnections() {
        Api admin = cluster.api().as("admin");
        Api.Answer now = admin.get("/environments/development").expect(200);
        JsonNode policy = ((ObjectNode) now.body().path("policy")).put("connectionsPerServer", 200);
        admin.with("If-Match", now.headers().firstValue("ETag").orElseThrow())
                .put("/environments/development", Map.of("position", now.body().path("position").asInt(), "policy",
                        policy))
                .expect(200);
    }

    /** Rubicon makes its own schema on a target when it first works there: a check that changes nothing. */
    private void makeLedger(Api author) {
        author.postYaml("/plans", """
                plan: look
                title: Changes nothing
                description: Rubicon makes its own tables.
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: look
                        check:
                          - name: the accounts are there
                            sql: SELECT count(*) FROM accounts
                            expect: 20000
                        rollback:
                          nothing: it changes nothing
                          dataLoss: none
                """).expect(201);
        long id = author.post("/rollouts", Map.of("plan", "look", "revision", 1, "environment", "development",
                "targets", Map.of("names", List.of("template")), "waves", List.of(), "startPhases", "auto"))
                .expect(202).body().path("id").asLong();
        Awaitility.await().until(() -> "DONE".equals(
                cluster.controlDatabase().value("SELECT state FROM rollout WHERE id = " + id)));
        Awaitility.await().until(() -> "0".equals(cluster.targetServer(0).administration().value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = '" + template.database().name() + "'")));
    }

    static Stream<Fault> faults() {
        return chosen(Fault.values(), "rubicon.tests.faults");
    }

    private static Stream<Point> points() {
        return chosen(Point.values(), "rubicon.tests.points");
    }

    private static <E extends Enum<E>> Stream<E> chosen(E[] values, String property) {
        return Arrays.stream(values).filter(value -> value.name().matches(System.getProperty(property, ".*")));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void everyRunEndsRight(Fault fault) {
        Scene scene = new Scene(cluster, template, fault, points().toList());
        scene.stand();
        all.addAll(scene.cells());
        fault.strike(scene);
        scene.awaitEnds();
        Map<Point, List<String>> column = scene.verdicts();
        verdicts.put(fault, column);
        assertThat(column.values().stream().flatMap(List::stream)).as(fault.title).isEmpty();
    }

    /** Workers that came back to life had until now to do harm. */
    @AfterAll
    void staysRight() throws IOException {
        try {
            assertThat(all.stream().flatMap(cell -> cell.wrong().stream())).as("after all faults").isEmpty();
            assertThat(cluster.api().as("admin").post("/audit/verifications", Map.of()).body().path("intact")
                    .asBoolean()).as("the chain of the audit trail").isTrue();
            if (faults().count() == Fault.values().length && points().count() == Point.values().length) {
                MatrixPage.write(verdicts);
            }
        } finally {
            cluster.close();
        }
    }
}
