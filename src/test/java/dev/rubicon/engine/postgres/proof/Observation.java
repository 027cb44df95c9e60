package dev.rubicon.engine.postgres.proof;

import dev.rubicon.engine.facts.LockMode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a server did. Relations that the statement made itself are left out: nobody else can see them.
 *
 * @param refused the SQLSTATE of its refusal; then the rest is empty
 * @param tables the strongest lock on each table, view and sequence
 * @param indexes the strongest lock on each index
 * @param tableOf the table of each index
 * @param rewritten relations, with indexes, that got new files
 * @param scanned tables that were read whole
 */
record Observation(Optional<String> refused, SortedMap<String, LockMode> tables, SortedMap<String, LockMode> indexes,
        Map<String, String> tableOf, SortedSet<String> rewritten, SortedSet<String> scanned) {

    static Observation refusal(String state) {
        return new Observation(Optional.of(state), new TreeMap<>(), new TreeMap<>(), Map.of(), new TreeSet<>(),
                new TreeSet<>());
    }

    static Observation of(Map<String, LockMode> locks, Map<String, String> tableOf, Set<String> rewritten,
            Set<String> scanned) {
        SortedMap<String, LockMode> tables = new TreeMap<>(locks);
        tables.keySet().removeAll(tableOf.keySet());
        SortedMap<String, LockMode> indexes = new TreeMap<>(locks);
        indexes.keySet().retainAll(tableOf.keySet());
        return new Observation(Optional.empty(), tables, indexes, tableOf, new TreeSet<>(rewritten),
                new TreeSet<>(scanned));
    }
}
