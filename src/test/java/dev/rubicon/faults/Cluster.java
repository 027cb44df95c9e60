package dev.rubicon.faults;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.People;
import dev.rubicon.testing.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A world to break: a control database, servers with targets, and Rubicon JVMs that share the control database with
 * leases of two seconds; networks that can be cut stand between each node and the control database, and before each
 * server of targets. All of it ends with {@link #close}, or with the JVM.
 */
public final class Cluster implements AutoCloseable {

    public static final String ENDING = "-who-sees-it-die";
    /** A worker whose heart has not beaten for this long counts as dead: four beats of half a second, and a look. */
    public static final Duration LEASE = Duration.ofMillis(2500);
    private static final Map<String, String> ENVIRONMENT = Map.of("RUBICON_ADMIN_PASSWORD", "admin" + ENDING,
            "RUBICON_ENCRYPTION_KEY", Base64.getEncoder().encodeToString(new byte[32]));

    private final List<AutoCloseable> parts = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();
    private final List<DatabaseServer> targetServers = new ArrayList<>();
    private final List<Network> targetNetworks = new ArrayList<>();
    private final AtomicInteger databases = new AtomicInteger();
    private final Thread atExit = new Thread(this::endAll, "cluster-end");
    private final DatabaseServer control;
    private final TestPostgres.Database controlDatabase;

    /** Starts all of it in this folder, with the people of {@link People} in it. */
    public Cluster(Path folder, int targetServers, int nodes) {
        this(folder, targetServers, nodes, nodes);
    }

    /** The same, but only the first so many nodes are started. */
    public Cluster(Path folder, int targetServers, int nodes, int running) {
        this(folder, targetServers, nodes, running, Duration.ofSeconds(2));
    }

    /** The same with another lease. */
    public Cluster(Path folder, int targetServers, int nodes, Duration lease) {
        this(folder, targetServers, nodes, nodes, lease);
    }

    private Cluster(Path folder, int targetServers, int nodes, int running, Duration lease) {
        Runtime.getRuntime().addShutdownHook(atExit);
        try {
            control = part(new DatabaseServer(folder.resolve("control")));
            controlDatabase = control.database("rubicon");
            for (int i = 0; i < targetServers; i++) {
                this.targetServers.add(part(new DatabaseServer(folder.resolve("targets-" + i))));
                this.targetNetworks.add(part(new Network(this.targetServers.get(i).port())));
            }
            for (int i = 0; i < nodes; i++) {
                this.nodes.add(part(new Node(newFolder(folder, "node-" + i), controlDatabase,
                        new Network(control.port()), lease, ENVIRONMENT)));
            }
            this.nodes.subList(0, running).forEach(Node::start);
            People.arrive(api(), ENDING);
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * A target of the cluster.
     *
     * @param database reached directly, past the network that Rubicon goes through
     */
    public record Target(String name, int server, TestPostgres.Database database) {}

    public DatabaseServer control() {
        return control;
    }

    /** The control database, reached directly. */
    public TestPostgres.Database controlDatabase() {
        return controlDatabase;
    }

    public DatabaseServer targetServer(int number) {
        return targetServers.get(number);
    }

    /** The network between all nodes and the targets of a server. */
    public Network targetNetwork(int number) {
        return targetNetworks.get(number);
    }

    public List<Node> nodes() {
        return nodes;
    }

    /** The node whose worker is on this phase run now, as far as the control database knows. */
    public Node nodeOf(long phaseRun) {
        String name = String.valueOf(controlDatabase.value("SELECT node FROM phase_run WHERE id = " + phaseRun));
        return nodes.stream().filter(Node::runs).filter(node -> name.endsWith("-" + node.pid())).findFirst()
                .orElseThrow(() -> new IllegalStateException("no node is " + name));
    }

    /** The API of the first node that runs and reaches the control database. */
    public Api api() {
        return nodes.stream().filter(node -> node.runs() && !node.network().silent()).findFirst().orElseThrow().api();
    }

    /** Makes a database, runs these statements in it, and registers it as a target with the label {@code fleet}. */
    public Target target(int server, String name, String environment, String fleet, String... statements) {
        TestPostgres.Database database = targetServers.get(server).database(nextDatabase());
        database.run(statements);
        return register(server, name, environment, fleet, database);
    }

    /** The same over a copy of another target's database. */
    public Target copy(Target of, String name, String environment, String fleet, String... statements) {
        TestPostgres.Database database = targetServers.get(of.server).copy(of.database.name(), nextDatabase());
        database.run(statements);
        return register(of.server, name, environment, fleet, database);
    }

    private String nextDatabase() {
        return "target_" + databases.incrementAndGet();
    }

    private Target register(int server, String name, String environment, String fleet,
            TestPostgres.Database database) {
        api().as("admin").post("/targets", Map.of("name", name, "engine", "postgresql", "environment", environment,
                "labels", Map.of("fleet", fleet), "url",
                DatabaseServer.url(targetNetworks.get(server).port(), database.name()), "username", database.user(),
                "password", database.password())).expect(201);
        return new Target(name, server, database);
    }

    private static Path newFolder(Path parent, String name) {
        try {
            return Files.createDirectories(parent.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <P extends AutoCloseable> P part(P part) {
        synchronized (parts) {
            parts.addFirst(part);
        }
        return part;
    }

    private void endAll() {
        synchronized (parts) {
            for (AutoCloseable part : parts) {
                try {
                    part.close();
                } catch (Exception e) {
                    System.err.println("While a cluster was ended: " + e); // the rest has to end all the same
                }
            }
            parts.clear();
        }
    }

    @Override
    public void close() {
        endAll();
        Runtime.getRuntime().removeShutdownHook(atExit);
    }
}
