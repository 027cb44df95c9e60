package dev.rubicon.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.testcontainers.postgresql.PostgreSQLContainer;

/**
 * One PostgreSQL server for all tests of a JVM, embedded or, with {@code -Dtests.postgres=container}, in a container;
 * each test that asks gets a database of its own.
 */
public final class TestPostgres {

    /** The library's ten seconds are too few for a busy machine. */
    private static final Duration START = Duration.ofSeconds(60);
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static final Map<Integer, Server> OLDER = new HashMap<>();
    private static @Nullable Server server;
    private static @Nullable Server synced;
    private static @Nullable Server strained;

    private TestPostgres() {}

    private record Server(String host, int port, String user, String password) {}

    /** One database on the test server. */
    public record Database(String name, String url, String user, String password) {

        public JdbcClient jdbc() {
            return JdbcClient.create(new DriverManagerDataSource(url, user, password));
        }

        /** Runs statements of no interesting result. */
        public void run(String... statements) {
            for (String sql : statements) {
                jdbc().sql(sql).update();
            }
        }

        /** Runs a change whose rows the server has counted when this returns; else a backend tells of them a while later. */
        public void runCounted(String sql) {
            run("DO $change$ BEGIN " + sql + "; PERFORM pg_stat_force_next_flush(); END $change$");
        }

        /** The single value of a query, as text. */
        public @Nullable String value(String sql) {
            return jdbc().sql(sql).query((row, number) -> java.util.Optional.ofNullable(row.getObject(1))).single()
                    .map(Object::toString).orElse(null);
        }
    }

    /** A new empty database. */
    public static Database database() {
        return database(server());
    }

    /** The same on another server, which syncs what it commits as one in production does; that of the tests does not. */
    public static Database syncedDatabase() {
        return database(synced());
    }

    /** The same on a server of an older major version; {@link Requirement#OLDER_POSTGRES} has to be met. */
    public static Database database(int version) {
        return database(older(version));
    }

    private static synchronized Server older(int version) {
        return OLDER.computeIfAbsent(version, each -> {
            Path archive = Requirement.olderServers().stream()
                    .filter(path -> path.endsWith(each + ".jar")).findFirst().orElseThrow();
            return embedded(EmbeddedPostgres.builder().setPgBinaryResolver((system, machine) -> binaries(archive)));
        });
    }

    /** The server's files, as packed in the archive. */
    public static InputStream binaries(Path archive) throws IOException {
        try (ZipFile zip = new ZipFile(archive.toFile())) {
            var entry = zip.stream().filter(each -> each.getName().endsWith(".txz")).findFirst().orElseThrow();
            return new ByteArrayInputStream(zip.getInputStream(entry).readAllBytes());
        }
    }

    /**
     * The same on another server, which can be watched: it counts statements, its archiver fails at once, replicas may
     * connect, and it vacuums soon. Always embedded: the image of a container lets no replica in.
     */
    public static Database strainedDatabase() {
        return database(strained());
    }

    private static Database database(Server on) {
        String name = "test_" + ProcessHandle.current().pid() + "_" + NUMBER.incrementAndGet();
        try (var connection = DriverManager.getConnection(url(on, "postgres"), on.user, on.password);
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return new Database(name, url(on, name), on.user, on.password);
    }

    private static String url(Server on, String database) {
        return "jdbc:postgresql://%s:%d/%s".formatted(on.host, on.port, database);
    }

    private static synchronized Server server() {
        if (server == null) {
            server = inContainer() ? container() : embedded(EmbeddedPostgres.builder());
            withoutAutovacuum(server);
        }
        return server;
    }

    /** It would go round among hundreds of databases, and take locks now and then that no test expects. */
    private static void withoutAutovacuum(Server on) {
        try (var connection = DriverManager.getConnection(url(on, "postgres"), on.user, on.password);
                var statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET autovacuum = off");
            statement.execute("SELECT pg_reload_conf()");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static synchronized Server synced() {
        if (synced == null) {
            synced = inContainer()
                    ? server()
                    // one that has run for a while uses the files of its log again; whoever needs a new one waits for it
                    : embedded(EmbeddedPostgres.builder().setServerConfig("fsync", "on")
                            .setServerConfig("synchronous_commit", "on").setServerConfig("min_wal_size", "1GB"));
            withoutAutovacuum(synced);
        }
        return synced;
    }

    private static synchronized Server strained() {
        if (strained == null) {
            // What is committed is on disk when the commit returns: the log's length is read as far as it is flushed.
            Map<String, String> settings = Map.of("shared_preload_libraries", "pg_stat_statements", "archive_mode",
                    "on", "archive_command", "false", "autovacuum_naptime", "1s", "wal_level", "replica",
                    "max_wal_senders", "5", "max_replication_slots", "5", "synchronous_commit", "on");
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder();
            settings.forEach(builder::setServerConfig);
            strained = embedded(builder);
        }
        return strained;
    }

    private static boolean inContainer() {
        return "container".equals(System.getProperty("tests.postgres"));
    }

    @SuppressWarnings("resource") // both live as long as the JVM: AtExit and Testcontainers end them
    private static Server container() {
        var container = new PostgreSQLContainer(System.getProperty("tests.postgres.image", "postgres:18"));
        container.start();
        return new Server(container.getHost(), container.getFirstMappedPort(), container.getUsername(),
                container.getPassword());
    }

    private static Server embedded(EmbeddedPostgres.Builder builder) {
        try {
            EmbeddedPostgres postgres = builder.setPGStartupWait(START).setRegisterShutdownHook(false).start();
            AtExit.end(postgres);
            return new Server("localhost", postgres.getPort(), "postgres", "postgres");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
