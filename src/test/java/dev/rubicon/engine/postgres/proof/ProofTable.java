package dev.rubicon.engine.postgres.proof;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** Draws {@code src/docs/lock-proofs.md} from what every version did. */
final class ProofTable {

    private static final Path FILE = Path.of("src", "docs", "lock-proofs.md");
    private static final String HEAD = """
            # Locks, rewrites and scans: what was observed

            Drawn by `LockProofsOnEveryVersionTest`; the statements are in `src/test/resources/proofs`, each runs over the
            world of `world.sql`, with rows in every table and the session's time zone not UTC. Locks are the strongest of the
            session on each relation that was there before, read from `pg_locks` before the transaction ends; new files are
            relations with another `relfilenode`; reads are whole tables or indexes gone through while the locks are held, from
            the messages of level debug1 and the counters of the transaction. A statement that runs outside of a transaction
            is looked at while it waits for another session, so its locks are those of that moment, held and waited for.
            """;

    private final StringBuilder text = new StringBuilder(HEAD);
    private String topic = "";

    void add(Proof proof, SortedMap<Integer, Observation> byVersion) {
        if (!topic.equals(proof.topic())) {
            topic = proof.topic();
            text.append("\n## ").append(topic).append("\n\n")
                    .append("| Proof | Statement | PostgreSQL | Locks | New files | Read |\n")
                    .append("|---|---|---|---|---|---|\n");
        }
        Map<Observation, List<Integer>> groups = new LinkedHashMap<>();
        byVersion.forEach((version, seen) -> groups.computeIfAbsent(seen, key -> new ArrayList<>()).add(version));
        String name = proof.id();
        String statement = statement(proof);
        for (Map.Entry<Observation, List<Integer>> group : groups.entrySet()) {
            text.append("| ").append(name).append(" | ").append(statement).append(" | ")
                    .append(versions(group.getValue())).append(" | ").append(cells(group.getKey())).append(" |\n");
            name = "";
            statement = "";
        }
    }

    /** Leaves a file alone that says the same already. */
    void write() {
        try {
            if (!Files.exists(FILE) || !Files.readString(FILE).contentEquals(text)) {
                Files.writeString(FILE, text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String statement(Proof proof) {
        String setup = proof.setup().lines().map(line -> "after `" + line + "`<br>").collect(Collectors.joining());
        String meanwhile = proof.alone().filter(held -> !held.isEmpty())
                .map(held -> "<br>while another session holds `" + held + "`").orElse("");
        String about = proof.about().isEmpty() ? "" : "<br>" + proof.about();
        return (setup + "`" + proof.statement() + "`" + meanwhile + about).replace("|", "\\|");
    }

    private static String versions(List<Integer> versions) {
        int first = versions.getFirst();
        int last = versions.getLast();
        return first == last
                ? String.valueOf(first)
                : versions.size() == last - first + 1
                        ? first + "–" + last
                        : versions.stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static String cells(Observation seen) {
        return seen.refused().map(state -> "refused (" + state + ") | | ").orElseGet(
                () -> locks(seen) + " | " + names(seen.rewritten()) + " | " + names(seen.scanned()));
    }

    private static String locks(Observation seen) {
        List<String> locks = new ArrayList<>();
        seen.tables().forEach((table, mode) -> locks.add("**" + table + "** " + mode.word()));
        seen.indexes().forEach((index, mode) -> locks.add(index + " " + mode.word()));
        return locks.isEmpty() ? "none" : String.join("<br>", locks);
    }

    private static String names(Collection<String> names) {
        return String.join(", ", names);
    }
}
