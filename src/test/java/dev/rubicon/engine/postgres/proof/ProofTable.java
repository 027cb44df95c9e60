package dev.rubicon.engine.postgres.proof;

import dev.rubicon.engine.facts.Lock;
import dev.rubicon.engine.facts.LockMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Draws {@code src/docs/lock-proofs.md} from what every version did. */
final class ProofTable {

    private static final Path FILE = Path.of("src", "docs", "lock-proofs.md");
    private static final String HEAD = """
            # Locks, rewrites and scans: what Rubicon says and what PostgreSQL does

            Drawn by `LockProofsOnEveryVersionTest` from PostgreSQL 14 to 18; the statements are in
            `src/test/resources/proofs`. Each runs over the world of `world.sql`, with rows in every table, in a session whose
            time zone is not UTC. Rubicon reads the same scripts into its model of the schema and derives its claims from there.

            - **Locks** are the strongest of the session on each relation that was there before, tables in bold, read from
              `pg_locks` before the transaction ends. Rubicon leaves out what adds nothing: a lock on an index not stronger
              than that on its table, and some ACCESS SHARE, which is the lock of every SELECT.
            - **Written anew** are relations with another `relfilenode`, unless they were only emptied.
            - **Read** are tables of which rows were read, by the counters of the transaction and the messages of level debug1.
            - A statement that takes no transaction block is looked at while it waits for another session: its locks are those of
              that moment, held and waited for.

            The last column tells whether Rubicon agrees; every disagreement fails the build.
            """;

    private final StringBuilder text = new StringBuilder(HEAD);
    private String topic = "";

    void add(Proof proof, SortedMap<Integer, Observation> byVersion) {
        if (!topic.equals(proof.topic())) {
            topic = proof.topic();
            text.append("\n## ").append(topic).append("\n\n")
                    .append("| Proof | Statement | By | Locks | Written anew | Read | Agreement |\n")
                    .append("|---|---|---|---|---|---|---|\n");
        }
        Map<String, List<Integer>> seen = new LinkedHashMap<>();
        Map<String, List<Integer>> said = new LinkedHashMap<>();
        byVersion.forEach((version, each) -> {
            seen.computeIfAbsent(cells(each), key -> new ArrayList<>()).add(version);
            if (each.refused().isEmpty() || foretold(proof, version)) {
                said.computeIfAbsent(
                        each.refused().map(ProofTable::refusal).orElseGet(() -> cells(Claims.of(proof, version))),
                        key -> new ArrayList<>()).add(version);
            }
        });
        List<String> rows = new ArrayList<>();
        said.forEach((cells, versions) -> {
            boolean same = versions.equals(seen.get(cells));
            rows.add((same ? "both, " : "Rubicon, ") + versions(versions) + " | " + cells);
        });
        seen.forEach((cells, versions) -> {
            if (!versions.equals(said.get(cells))) {
                rows.add("PostgreSQL " + versions(versions) + " | " + cells);
            }
        });
        rows(proof, rows);
    }

    /** That a server is too old and that a statement takes no transaction are facts; other refusals are for the rules. */
    private static boolean foretold(Proof proof, int version) {
        return version < proof.from() || proof.refused().equals(Optional.of("25001"));
    }

    private void rows(Proof proof, List<String> rows) {
        for (int i = 0; i < rows.size(); i++) {
            text.append("| ").append(i == 0 ? proof.id() + " | " + statement(proof) : " | ").append(" | ")
                    .append(rows.get(i)).append(" | ").append(i == 0 ? agreement(proof) : "").append(" |\n");
        }
    }

    private static String agreement(Proof proof) {
        if (proof.refused().isPresent() && !foretold(proof, proof.from())) {
            return "the facts do not foretell it";
        }
        if (!proof.unsaid().isEmpty()) {
            return "agrees but for one weak lock: " + proof.unsaid();
        }
        if (proof.partly()) {
            return "agrees as far as seen: the other locks come after the moment that is looked at";
        }
        return proof.planned() ? "agrees; what is read with a condition is the planner's choice" : "agrees";
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
        Map<String, LockMode> locks = new TreeMap<>(seen.tables());
        locks.putAll(seen.indexes());
        return seen.refused().map(ProofTable::refusal)
                .orElseGet(() -> cells(locks, seen.indexes().keySet(), seen.rewritten(), seen.scanned()));
    }

    private static String refusal(String state) {
        return "refused (" + state + ") | | ";
    }

    private static String cells(Claims said) {
        Map<String, LockMode> locks = new TreeMap<>();
        Set<String> indexes = new TreeSet<>();
        said.facts().locks().forEach(lock -> {
            locks.put(Claims.name(lock.relation()), lock.mode());
            if (lock.kind() == Lock.Kind.INDEX) {
                indexes.add(Claims.name(lock.relation()));
            }
        });
        return cells(locks, indexes, Claims.names(said.facts().rewrites()), Claims.names(said.facts().scans()));
    }

    private static String cells(Map<String, LockMode> locks, Set<String> indexes, Collection<String> rewritten,
            Collection<String> read) {
        List<String> words = new ArrayList<>();
        locks.forEach((relation, mode) -> {
            if (!indexes.contains(relation)) {
                words.add("**" + relation + "** " + mode.word());
            }
        });
        locks.forEach((relation, mode) -> {
            if (indexes.contains(relation)) {
                words.add(relation + " " + mode.word());
            }
        });
        return (words.isEmpty() ? "none" : String.join("<br>", words)) + " | " + String.join(", ", rewritten) + " | "
                + String.join(", ", read);
    }
}
