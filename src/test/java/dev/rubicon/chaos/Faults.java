package dev.rubicon.chaos;

import dev.rubicon.faults.Cluster;
import dev.rubicon.faults.Network;
import dev.rubicon.faults.Node;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Breaks one thing after another, drawn from a seed, and mends it; in between all may be well for a moment. */
final class Faults implements AutoCloseable {

    private static final int LONGEST_CALM = 1500;
    private static final int MOST_STARTS = 5;

    private final Cluster cluster;
    private final List<Place> targetServers;
    private final Random random;
    private final Map<Kind, Integer> done = new EnumMap<>(Kind.class);
    private final List<String> wrong = Collections.synchronizedList(new ArrayList<>());
    private final Thread thread;
    private volatile boolean closing;
    private @Nullable Thread starting;

    /** What breaks. */
    enum Kind {
        KILL("kill -9 of a node", 3), STOP("node stopped as for an update (SIGTERM), and started", 2), FREEZE(
                "node frozen past its lease, then continued", 4), END_WORK(
                        "session of a step ended on the target",
                        8), END_LOCK("session of a run's lock ended on the target",
                                6), TARGET_DIES("target server restarted (immediate)", 3), CONTROL_DIES(
                                        "control database restarted (immediate)", 2), CUT_TARGET(
                                                "connections to a target server cut", 4), CUT_CONTROL(
                                                        "connections of a node to the control database cut",
                                                        3), SILENT_TARGET("target server silent for a while",
                                                                2), SILENT_CONTROL(
                                                                        "control database silent for one node",
                                                                        2), LOST_ANSWERS(
                                                                                "answers of a target server lost on the way",
                                                                                4);

        private final String words;
        private final int weight;

        Kind(String words, int weight) {
            this.words = words;
            this.weight = weight;
        }

        String words() {
            return words;
        }

        /** Whether it needs a second node that goes on. */
        boolean ofNodes() {
            return this == KILL || this == STOP || this == FREEZE;
        }
    }

    /** @param targetServers the administration databases of the cluster's target servers */
    Faults(Cluster cluster, List<Place> targetServers, long seed) {
        this.cluster = cluster;
        this.targetServers = targetServers;
        this.random = new Random(seed);
        this.thread = Thread.ofPlatform().name("faults").start(this::run);
    }

    private void run() {
        while (!closing) {
            rest(random.nextInt(LONGEST_CALM));
            Kind kind = draw();
            if (kind.ofNodes() && !allNodesRun()) {
                continue;
            }
            try {
                log(kind);
                happen(kind);
                done.merge(kind, 1, Integer::sum);
            } catch (SQLException | RuntimeException e) {
                wrong.add("%s did not go well: %s".formatted(kind, e));
            }
        }
    }

    private static void log(Kind kind) {
        System.out.printf("%tT %s%n", System.currentTimeMillis(), kind.words());
    }

    private Kind draw() {
        int all = 0;
        for (Kind kind : Kind.values()) {
            all += kind.weight;
        }
        int at = random.nextInt(all);
        for (Kind kind : Kind.values()) {
            at -= kind.weight;
            if (at < 0) {
                return kind;
            }
        }
        throw new IllegalStateException();
    }

    private void rest(int milliseconds) {
        LockSupport.parkNanos(milliseconds * 1_000_000L);
    }

    /** A node goes, and comes back while other things break; the other nodes stay as long. */
    private void leave(Node node, Runnable way) {
        way.run();
        int pause = random.nextInt(1000);
        starting = Thread.ofPlatform().name("starting").start(() -> {
            rest(pause);
            startAgain(node);
        });
    }

    /** As a supervisor does it: a node may not find the control database at its start, which is being restarted itself. */
    private void startAgain(Node node) {
        @Nullable RuntimeException last = null;
        for (int i = 0; i < MOST_STARTS; i++) {
            try {
                node.start();
                return;
            } catch (RuntimeException e) {
                last = e;
            }
        }
        wrong.add("a node did not start again: " + last);
    }

    private boolean allNodesRun() {
        return starting == null || !starting.isAlive();
    }

    private void happen(Kind kind) throws SQLException {
        List<Node> running = cluster.nodes().stream().filter(Node::runs).toList();
        Node node = running.get(random.nextInt(running.size()));
        int server = random.nextInt(targetServers.size());
        switch (kind) {
            case KILL -> leave(node, node::kill);
            case STOP -> leave(node, node::end);
            case FREEZE -> {
                node.freeze();
                rest((int) Cluster.LEASE.toMillis() + random.nextInt(4000));
                node.thaw();
            }
            case END_WORK -> end(server, "rubicon run/% step/%");
            case END_LOCK -> end(server, "rubicon run/% lock");
            case TARGET_DIES -> {
                cluster.targetServer(server).die();
                cluster.targetServer(server).start();
            }
            case CONTROL_DIES -> {
                cluster.control().die();
                cluster.control().start();
            }
            case CUT_TARGET -> cluster.targetNetwork(server).cut();
            case CUT_CONTROL -> node.network().cut();
            case SILENT_TARGET -> heal(cluster.targetNetwork(server), true);
            case SILENT_CONTROL -> heal(node.network(), true);
            case LOST_ANSWERS -> heal(cluster.targetNetwork(server), false);
        }
    }

    private void heal(Network network, boolean silent) {
        if (silent) {
            network.goSilent();
        } else {
            network.loseAnswers();
        }
        rest(200 + random.nextInt(silent ? 4000 : 1000));
        network.heal();
    }

    private void end(int server, String name) throws SQLException {
        try (Connection connection = targetServers.get(server).connect("chaos")) {
            Place.rows(connection, """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE ?
                    ORDER BY md5(pid::text || ?) LIMIT ?""", name, String.valueOf(random.nextInt()),
                    1 + random.nextInt(3));
        }
    }

    /** How often each kind happened. */
    Map<Kind, Integer> done() {
        return done;
    }

    /** What a fault itself ran into, like a node that did not start again. */
    List<String> wrong() {
        return wrong;
    }

    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
            if (starting != null) {
                starting.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
