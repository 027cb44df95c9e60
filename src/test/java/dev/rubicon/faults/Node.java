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
final class Node implements AutoCloseable {

    private final Path folder;
    private final TestPostgres.Database control;
    private final Network network;
    private final Duration lease;
    private final Map<String, String> environment;
    private @Nullable Server server;

    Node(Path folder, TestPostgres.Database control, Network network, Duration lease,
            Map<String, String> environment) {
        this.folder = folder;
        this.control = control;
        this.network = network;
        this.lease = lease;
        this.environment = environment;
    }

    /** Starts it, and waits until it answers. */
    void start() {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("spring.datasource.url", DatabaseServer.url(network.port(), control.name()));
        properties.put("spring.datasource.username", control.user());
        properties.put("spring.datasource.password", control.password());
        properties.put("rubicon.home", folder.resolve("home").toString());
        properties.put("rubicon.lease", lease.toMillis() + "ms");
        properties.put("rubicon.shutdown.grace", "10s");
        server = Server.start(folder, properties, environment);
    }

    boolean runs() {
        return server != null;
    }

    /** The network between this node and the control database. */
    Network network() {
        return network;
    }

    Api api() {
        return running().api().withPasswordEnding(Cluster.ENDING);
    }

    int port() {
        return running().port();
    }

    /** The name in {@code attempt.node} ends with it. */
    long pid() {
        return running().pid();
    }

    String log() {
        return running().log();
    }

    /** kill -9. */
    void kill() {
        running().kill();
        server = null;
    }

    /** SIGTERM: it hands over its runs and ends by itself; returns when it is gone. */
    void end() {
        running().close();
        server = null;
    }

    /** SIGSTOP: it keeps its connections and does nothing, not even notice that time passes. */
    void freeze() {
        Signals.send(pid(), "STOP");
    }

    /** SIGCONT: it goes on where it stood, believing that no time has passed. */
    void thaw() {
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
