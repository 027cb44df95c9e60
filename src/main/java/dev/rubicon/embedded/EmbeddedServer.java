package dev.rubicon.embedded;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL 18 of our own: its data and its password lie in the server's home folder, it listens on a port of the
 * loopback interface alone, the same at every start, and ends with the server.
 */
final class EmbeddedServer implements AutoCloseable {

    static final String USER = "postgres";
    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedServer.class);
    private static final String DATABASE = "rubicon";
    /** A data folder belongs to one major version. */
    private static final String FOLDER = "postgres-18";
    /** Binaries unpack on a first start, which takes its time on a busy machine. */
    private static final Duration START = Duration.ofSeconds(60);
    /** The library starts servers for tests, which may lose data; this one keeps it. */
    private static final Map<String, String> SETTINGS = Map.of("fsync", "on", "full_page_writes", "on",
            "synchronous_commit", "on", "listen_addresses", "127.0.0.1", "unix_socket_directories", "",
            "logging_collector", "on", "log_directory", "log", "log_filename", "postgresql-%a.log",
            "log_truncate_on_rotation", "on");
    private static final String ACCESS = """
            # Written by Rubicon: nobody gets in without a password.
            host all all 127.0.0.1/32 scram-sha-256
            """;

    private final HomeFolder home;
    private final Path data;
    private final String password;
    private final EmbeddedPostgres postgres;

    private EmbeddedServer(HomeFolder home, Path data, String password, EmbeddedPostgres postgres) {
        this.home = home;
        this.data = data;
        this.password = password;
        this.postgres = postgres;
    }

    /** @throws StartRefused with the reason and what to do, when it cannot start here */
    static EmbeddedServer start(Path folder) {
        try {
            HomeFolder home = HomeFolder.take(folder);
            try {
                return start(home);
            } catch (IOException | SQLException | RuntimeException e) {
                home.close();
                throw e;
            }
        } catch (IOException | SQLException | IllegalStateException e) {
            Path data = folder.toAbsolutePath().normalize().resolve(FOLDER);
            throw new StartRefused(
                    "The PostgreSQL that Rubicon brings along does not start in %s: %s".formatted(data, e.getMessage()),
                    "Its own log is in %s; or use another PostgreSQL: set spring.datasource.url, .username, .password."
                            .formatted(data.resolve("log")),
                    e);
        }
    }

    private static EmbeddedServer start(HomeFolder home) throws IOException, SQLException {
        Path data = home.resolve(FOLDER);
        Leftover.stop(data);
        if (!Files.exists(data)) {
            LOG.info("First start in this folder: making a PostgreSQL 18 in {}, which takes a few seconds.", data);
        }
        String password = home.secret(FOLDER + ".password");
        var builder = EmbeddedPostgres.builder().setDataDirectory(data).setCleanDataDirectory(false)
                .setOverrideWorkingDirectory(home.resolve(FOLDER + ".binaries").toFile())
                .setPgBinaryResolver(DefaultPostgresBinaryResolver.INSTANCE::getPgBinary)
                .setPort(Port.keptIn(home.resolve(FOLDER + ".port"))).setConnectConfig("password", password)
                .setPGStartupWait(START).setRegisterShutdownHook(false);
        SETTINGS.forEach(builder::setServerConfig);
        var server = new EmbeddedServer(home, data, password, builder.start());
        try {
            server.prepare();
        } catch (IOException | SQLException e) {
            server.postgres.close();
            throw e;
        }
        LOG.info("Rubicon keeps its data in the PostgreSQL 18 that it brings along: {} (127.0.0.1:{}). To use another "
                + "one, 14 or newer, set spring.datasource.url, spring.datasource.username and "
                + "spring.datasource.password.", data, server.postgres.getPort());
        return server;
    }

    /** A new server lets everybody in from this machine, until it has a password and asks for it. */
    private void prepare() throws IOException, SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            Path access = data.resolve("pg_hba.conf");
            if (!Files.readString(access).equals(ACCESS)) {
                statement.execute("ALTER ROLE " + USER + " PASSWORD '" + password + "'");
                Files.writeString(access, ACCESS);
                statement.execute("SELECT pg_reload_conf()");
            }
            try (var found = statement.executeQuery(
                    "SELECT FROM pg_database WHERE datname = '" + DATABASE + "'")) {
                if (found.next()) {
                    return;
                }
            }
            statement.execute("CREATE DATABASE " + DATABASE);
        }
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(postgres.getPort(), DATABASE);
    }

    String password() {
        return password;
    }

    /** Stops PostgreSQL, waits for its end and gives the folder free. */
    @Override
    public void close() throws IOException {
        try (home) {
            Optional<ProcessHandle> postmaster = Leftover.postmaster(data);
            postgres.close();
            postmaster.ifPresent(process -> Leftover.await(process, data));
        }
    }
}
