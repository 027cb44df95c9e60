package dev.rubicon.engine.postgres.proof;

import dev.rubicon.testing.Requirement;
import dev.rubicon.testing.Requires;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The proofs on PostgreSQL 14 to 18; only such a run writes the table of the docs. */
@Requires(Requirement.OLDER_POSTGRES)
class LockProofsOnEveryVersionTest {

    private static final OlderServers OLDER = new OlderServers();
    private static List<ProofServer> servers = List.of();

    @BeforeAll
    static void start() {
        servers = new ArrayList<>(OLDER.start());
        servers.add(ProofServer.ofTheTests());
    }

    @AfterAll
    static void stop() {
        OLDER.close();
    }

    @Test
    void holdsAndIsWrittenDown() {
        List<CompletableFuture<Map<Proof, Observation>>> running = servers.stream()
                .map(server -> CompletableFuture.supplyAsync(() -> observeAll(server),
                        command -> Thread.ofVirtual().start(command)))
                .toList();
        ProofTable table = new ProofTable();
        List<Map<Proof, Observation>> seen = running.stream().map(CompletableFuture::join).toList();
        for (Proof proof : Proofs.ALL) {
            SortedMap<Integer, Observation> byVersion = new TreeMap<>();
            for (int i = 0; i < servers.size(); i++) {
                int version = servers.get(i).version();
                if (version >= proof.since()) {
                    byVersion.put(version, Objects.requireNonNull(seen.get(i).get(proof)));
                }
            }
            byVersion.forEach((version, observation) -> Claims.of(proof, version).compareWith(observation));
            table.add(proof, byVersion);
        }
        table.write();
    }

    private static Map<Proof, Observation> observeAll(ProofServer server) {
        Observer observer = new Observer(server);
        return Proofs.ALL.stream().filter(proof -> server.version() >= proof.since())
                .collect(Collectors.toMap(proof -> proof, observer::observe));
    }
}
