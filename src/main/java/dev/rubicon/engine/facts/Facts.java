package dev.rubicon.engine.facts;

import java.util.List;

/**
 * What follows from a statement, as far as the grammar and the known schema tell. Each lock, rewrite and scan is proved
 * against live servers; see {@code src/docs/lock-proofs.md}.
 *
 * @param locks on relations, the strongest of each; catalogs and TOAST not among them
 * @param rewrites tables and indexes that are written anew as a whole
 * @param scans tables that are read as a whole while the locks are held
 * @param destroys existing data that is gone afterwards, in words, like {@code column users.username}; empty for none
 * @param oldCode whether the application as it was can live with the statement done
 * @param newCode whether the application that expects the change can live with it not done yet
 * @param minimumVersion the oldest major version of the server that takes the statement; 14 where any does
 * @param learned what the schema knew that decided a fact, a sentence each, like {@code CHECK users_email_nn proves that email
 *     is not null, so SET NOT NULL does not scan users}
 */
public record Facts(List<Lock> locks, List<QualifiedName> rewrites, List<QualifiedName> scans, List<String> destroys,
        Compatibility oldCode, Compatibility newCode, int minimumVersion, List<String> learned) {

    /** The strongest lock on any table, or null where none is taken. */
    public @org.jspecify.annotations.Nullable LockMode strongest() {
        return locks.stream().map(Lock::mode).max(LockMode::compareTo).orElse(null);
    }

    public boolean blocksReads() {
        return locks.stream().anyMatch(lock -> lock.mode().blocksReads());
    }

    public boolean blocksWrites() {
        return locks.stream().anyMatch(lock -> lock.mode().blocksWrites());
    }
}
