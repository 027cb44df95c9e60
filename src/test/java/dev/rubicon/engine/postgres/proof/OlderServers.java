package dev.rubicon.engine.postgres.proof;

import dev.rubicon.testing.Requirement;
import dev.rubicon.testing.TestPostgres;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** PostgreSQL 14 to 17 from the archives that the build's profile proofs copies. */
final class OlderServers implements AutoCloseable {

    private final List<EmbeddedPostgres> servers = new ArrayList<>();

    /** Starts them all; the oldest first. */
    List<ProofServer> start() {
        return Requirement.olderServers().stream().map(this::start).toList();
    }

    private ProofServer start(Path archive) {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder()
                    .setPgBinaryResolver((system, architecture) -> TestPostgres.binaries(archive))
                    .setServerConfig("autovacuum", "off").start();
            servers.add(server);
            return ProofServer.at("jdbc:postgresql://localhost:" + server.getPort() + "/postgres", "postgres",
                    "postgres");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        for (EmbeddedPostgres server : servers) {
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
