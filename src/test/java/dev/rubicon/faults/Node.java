package dev.rubicon.faults;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.Server;
import dev.rubicon.testing.TestPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One Rubicon JVM of a cluster, behind a network of its own to the control database. */
public final class Node implements AutoCloseable {

    private final Path folder;
    private final TestPostgres.Database control;
    private final Network network;
    private final Duration lease;
    private final Map<String, String> environment;
    private volatile @Nullable Server server;

    Node(Path folder, TestPostgres.Database control, Network network, Duration lease,
            Map<String, String> environment) {
        this.folder = folder;
        this.control = control;
        this.network = network;
        this.lease = lease;
        this.environment = environment;
    }

    /** Starts it, and waits until it answers. */
    public void start() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("spring.datasource.url", DatabaseServer.url(network.port(), control.name()));
        properties.put("spring.datasource.username", control.user());
        properties.put("spring.datasource.password", control.password());
        properties.put("rubicon.home", folder.resolve("home").toString());
        properties.put("rubicon.lease", lease.toMillis() + "ms");
        properties.put("rubicon.shutdown.grace", "10s");
        // a batch that a test holds on purpose is not to be given up meanwhile, and its rows tried one by one
        properties.put("rubicon.backfill.timeout", "180s");
        // neither is a question, while a slow machine starts the next node
        properties.put("rubicon.verification.timeout", "180s");
        server = Server.start(folder, properties, environment);
    }

    public boolean runs() {
        return server != null;
    }

    /** The network between this node and the control database. */
    public Network network() {
        return network;
    }

    public Api api() {
        return running().api().withPasswordEnding(Cluster.ENDING);
    }

    public int port() {
        return running().port();
    }

    /** The name in {@code attempt.node} ends with it. */
    public long pid() {
        return running().pid();
    }

    public String log() {
        return running().log();
    }

    /** kill -9. */
    public void kill() {
        running().kill();
        server = null;
    }

    /** SIGTERM: it hands over its runs and ends by itself; returns when it is gone. */
    public void end() {
        running().close();
        server = null;
    }

    /** SIGSTOP: it keeps its connections and does nothing, not even notice that time passes. */
    public void freeze() {
        Signals.send(pid(), "STOP");
    }

    /** SIGCONT: it goes on where it stood, believing that no time has passed. */
    public void thaw() {
        Signals.send(pid(), "CONT");
    }

    private Server running() {
        if (server == null) {
            throw new IllegalStateException("The node in " + folder + " is not running");
        }
        return server;
    }

    @Override
    public void close() {
        if (server != null) {
            kill();
        }
        network.close();
    }
}
