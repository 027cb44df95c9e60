package dev.rubicon.faults;

import dev.rubicon.testing.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** All runs that one fault strikes, each at its own point. */
final class Scene {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration QUIET = Duration.ofSeconds(60);

    private final Cluster cluster;
    private final List<Cell> cells = new ArrayList<>();
    private final Map<Cell, Long> takenUp = new HashMap<>();
    private @Nullable Node worker;

    Scene(Cluster cluster, Cluster.Target template, Fault fault, List<Point> points) {
        this.cluster = cluster;
        arrange(fault);
        points.forEach(point -> cells.add(new Cell(cluster, template, point, fault)));
        // a sequence in a copied database lags behind after a crash unless a checkpoint came between
        cluster.targetServer(template.server()).administration().run("CHECKPOINT");
    }

    /** Where one JVM has to do all the runs it runs alone, until they stand. */
    private void arrange(Fault fault) {
        List<Node> running = cluster.nodes().stream().filter(Node::runs).toList();
        if (fault.oneWorker) {
            running.stream().skip(1).forEach(Node::kill);
        } else {
            cluster.nodes().stream().filter(node -> !node.runs()).forEach(Node::start);
        }
    }

    Cluster cluster() {
        return cluster;
    }

    List<Cell> cells() {
        return cells;
    }

    /**
     * Opens all rollouts and waits until each run stands at its point. Those that are to be held on their way back come
     * first, those that are held in a query come last: it has a timeout, and should not stand until the others have come.
     */
    void stand() {
        cells.stream().filter(Cell::back).forEach(Cell::open);
        await("be done before its rollback", Cell::forwardDone);
        cells.stream().filter(cell -> !cell.back() && !cell.inQuery()).forEach(Cell::open);
        cells.forEach(Cell::goBack);
        await("stand at its point", cell -> cell.inQuery() || cell.barrier().reached());
        cells.stream().filter(Cell::inQuery).forEach(Cell::open);
        await("stand at its point", cell -> cell.barrier().reached());
    }

    /** The JVM that does the runs; from now on others run too. */
    Node worker() {
        if (worker == null) {
            worker = cluster.nodes().stream().filter(Node::runs).findFirst().orElseThrow();
            cluster.nodes().stream().filter(node -> !node.runs()).forEach(Node::start);
            cells.forEach(cell -> takenUp.put(cell, cell.takenUp()));
        }
        return worker;
    }

    /** Lets all runs go on. */
    void release() {
        cells.forEach(cell -> cell.barrier().release());
    }

    /** Lets those go on that stand in a transaction of the control database. */
    void releaseControl() {
        cells.stream().filter(cell -> cell.barrier().inControl()).forEach(cell -> cell.barrier().release());
    }

    /** Waits until every run was taken up by another worker. */
    void awaitTakeover() {
        await("be taken over", cell -> cell.takenUp() > takenUp.getOrDefault(cell, Long.MAX_VALUE));
    }

    /** Waits for the ends of all runs; the verdict tells of those that do not come. */
    void awaitEnds() {
        left(Cell::rests, PATIENCE);
    }

    /** Ends the sessions of the runs whose names match, on every target. */
    void terminate(String names) {
        for (Cell cell : cells) {
            TestPostgres.Database target = cell.target().database();
            if ("0".equals(target.value("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    + " WHERE datname = current_database() AND application_name LIKE 'rubicon run/%'"
                    + " AND application_name " + names))) {
                throw new AssertionError(cell.target().name() + " has no such session");
            }
        }
    }

    /** Waits until no session of Rubicon has anything to do on any target. */
    void awaitTargetsIdle() {
        await("have nothing to do", cell -> "0".equals(cell.target().database().value(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND application_name LIKE 'rubicon%' AND state = 'active'")));
    }

    private void await(String what, Predicate<Cell> condition) {
        List<Cell> left = left(condition, PATIENCE);
        if (!left.isEmpty()) {
            throw new AssertionError("These never came to " + what + ":\n"
                    + String.join("\n", left.stream().flatMap(cell -> cell.wrong().stream()).toList()));
        }
    }

    /** The cells of which it has not come true when patience ends. */
    private List<Cell> left(Predicate<Cell> condition, Duration patience) {
        List<Cell> left = new ArrayList<>(cells);
        try {
            Awaitility.await().atMost(patience).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(100))
                    .until(() -> {
                        left.removeIf(condition);
                        return left.isEmpty();
                    });
        } catch (ConditionTimeoutException e) {
            return left;
        }
        return List.of();
    }

    /** Everything that is wrong with each cell, when all has had the time to become quiet. */
    Map<Point, List<String>> verdicts() {
        List<Cell> red = left(cell -> cell.wrong().isEmpty(), QUIET);
        Map<Point, List<String>> verdicts = new EnumMap<>(Point.class);
        cells.forEach(cell -> verdicts.put(cell.point(), red.contains(cell) ? cell.wrong() : List.of()));
        return verdicts;
    }
}
