package dev.rubicon.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.rubicon.testing.JavaProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedServerTest {

    /** Shared: unpacking the binaries into each new folder is what takes the time here. */
    @TempDir
    static Path home;

    @Test
    void keepsItsDataOverARestartAndSafely() throws Exception {
        String url;
        try (EmbeddedServer first = EmbeddedServer.start(home)) {
            url = first.url();
            run(first, "CREATE TABLE kept AS SELECT 42 AS answer");
            assertThat(value(first, "SHOW fsync")).isEqualTo("on");
            assertThat(value(first, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(value(first, "SHOW full_page_writes")).isEqualTo("on");
        }
        assertThat(home.resolve("postgres-18/postmaster.pid")).as("a server that still runs").doesNotExist();
        try (EmbeddedServer second = EmbeddedServer.start(home)) {
            assertThat(second.url()).as("where targets on it are registered").isEqualTo(url);
            assertThat(value(second, "SELECT answer FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void letsNobodyInWithoutThePasswordAndListensOnLoopbackAlone() throws Exception {
        try (EmbeddedServer server = EmbeddedServer.start(home)) {
            assertThatThrownBy(() -> DriverManager.getConnection(server.url(), EmbeddedServer.USER, "postgres"))
                    .isInstanceOf(SQLException.class).hasMessageContaining("password authentication failed");
            assertThat(value(server, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(value(server, "SHOW unix_socket_directories")).isEmpty();
            assertThat(Files.getPosixFilePermissions(home.resolve("postgres-18.password"))).hasSize(2);
        }
    }

    @Test
    void refusesAFolderThatAnotherServerHas() throws Exception {
        try (EmbeddedServer first = EmbeddedServer.start(home)) {
            assertThatThrownBy(() -> EmbeddedServer.start(home)).isInstanceOf(StartRefused.class)
                    .hasMessageContaining("Another Rubicon (process " + ProcessHandle.current().pid() + ") uses")
                    .extracting(refused -> ((StartRefused) refused).remedy()).asString()
                    .contains("--rubicon.home=<folder>");
            assertThat(value(first, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void runsBesideAnotherServerInAnotherFolder(@TempDir Path other) throws Exception {
        try (EmbeddedServer one = EmbeddedServer.start(home); EmbeddedServer two = EmbeddedServer.start(other)) {
            run(one, "CREATE TABLE mine ()");
            assertThat(value(two, "SELECT to_regclass('mine')")).isNull();
        }
    }

    @Test
    void takesAnotherPortWhenItsOwnIsGone(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("port");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Files.writeString(file, Integer.toString(taken.getLocalPort()));
            assertThat(Port.keptIn(file)).isNotEqualTo(taken.getLocalPort()).isEqualTo(Port.keptIn(file));
        }
    }

    @Test
    void stopsThePostgresThatAKilledServerLeft() throws Exception {
        Process killed = JavaProcess.start(Victim.class, home.toString());
        try {
            await().atMost(Duration.ofSeconds(180)).until(() -> Files.exists(home.resolve("started")));
        } finally {
            killed.destroyForcibly().waitFor();
        }
        ProcessHandle left = Leftover.postmaster(home.resolve("postgres-18")).orElseThrow();
        try (EmbeddedServer next = EmbeddedServer.start(home)) {
            assertThat(left.isAlive()).isFalse();
            assertThat(value(next, "SELECT count(*) FROM written")).isEqualTo("1");
        }
    }

    @Test
    void tellsWhereItsLogIsWhenItCannotStart(@TempDir Path broken) throws Exception {
        Path data = Files.createDirectories(broken.resolve("postgres-18"));
        Files.writeString(data.resolve("PG_VERSION"), "9.6");
        assertThatThrownBy(() -> EmbeddedServer.start(broken)).isInstanceOf(StartRefused.class)
                .hasMessageContaining("does not start in " + data)
                .extracting(refused -> ((StartRefused) refused).remedy()).asString().contains(data + "/log");
        HomeFolder.take(broken).close();
    }

    /** Starts a server, writes to it, says so, and waits to be killed. */
    static class Victim {
        public static void main(String[] args) throws Exception {
            EmbeddedServer server = EmbeddedServer.start(Path.of(args[0]));
            run(server, "CREATE TABLE written AS SELECT 1");
            Files.createFile(Path.of(args[0], "started"));
            Thread.currentThread().join();
        }
    }

    private static Connection connect(EmbeddedServer server) throws SQLException {
        return DriverManager.getConnection(server.url(), EmbeddedServer.USER, server.password());
    }

    private static void run(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = connect(server); var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String value(EmbeddedServer server, String sql) throws SQLException {
        try (Connection connection = connect(server);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
