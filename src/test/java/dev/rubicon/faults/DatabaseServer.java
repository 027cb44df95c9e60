package dev.rubicon.faults;

import dev.rubicon.testing.Ports;
import dev.rubicon.testing.TestPostgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL server on a port and a data folder of its own, which can die and be started again on both. */
public final class DatabaseServer implements AutoCloseable {

    private static final String USER = "postgres";
    private static final Duration START = Duration.ofSeconds(60);

    private final Path data;
    /** Nobody may have it meanwhile: a connection that is tried while the server is down is not to meet itself there. */
    private final int port = Ports.free();
    private @Nullable EmbeddedPostgres running;

    public DatabaseServer(Path data) {
        this.data = data;
        start();
    }

    public int port() {
        return port;
    }

    /** Starts it on the data that is there, which is a crash recovery after {@link #die}. */
    public synchronized void start() {
        try {
            var builder = EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false)
                    .setPGStartupWait(START).setRegisterShutdownHook(false)
                    // what was committed must survive the server's death; the machine's own death is not tried
                    .setServerConfig("synchronous_commit", "local").setServerConfig("max_connections", "400")
                    .setServerConfig("wal_level", "replica").setServerConfig("max_wal_senders", "2");
            running = builder.setPort(port).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What {@code pg_ctl stop -m immediate} does: every process of the server quits at once, without a checkpoint. */
    public synchronized void die() {
        if (running == null) {
            return;
        }
        ProcessHandle postmaster = postmaster();
        Signals.send(postmaster.pid(), "QUIT");
        postmaster.onExit().orTimeout(60, TimeUnit.SECONDS).join();
        close();
    }

    private ProcessHandle postmaster() {
        try {
            long pid = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).getFirst().strip());
            return ProcessHandle.of(pid).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A new database of this server. */
    public TestPostgres.Database database(String name) {
        return copy("template1", name);
    }

    /** A new database of this server with all that is in another one, to which nobody may be connected. */
    public TestPostgres.Database copy(String from, String name) {
        administration().run("CREATE DATABASE \"" + name + "\" TEMPLATE \"" + from + "\"");
        return named(name);
    }

    /** The database for what concerns the whole server. */
    public TestPostgres.Database administration() {
        return named("postgres");
    }

    private TestPostgres.Database named(String name) {
        return new TestPostgres.Database(name, url(port, name), USER, USER);
    }

    /** The URL of a database behind another port of this machine, like a proxy's. */
    public static String url(int port, String database) {
        return "jdbc:postgresql://localhost:" + port + "/" + database;
    }

    @Override
    public synchronized void close() {
        if (running == null) {
            return;
        }
        try {
            running.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            running = null;
        }
    }
}
