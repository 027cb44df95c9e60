package dev.rubicon.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A session on a target that holds what a step waits for.
 *
 * @param age how long its transaction has been open
 * @param query its newest statement, or null where Rubicon may not see it
 * @param backendStart when the session began, which tells it from a later one with the same pid; null where Rubicon may
 *     not see it, and for holders stored before it was asked for
 * @param transactionStart when its transaction began, or null like {@code backendStart}
 */
public record Holder(int pid, @Nullable String user, @Nullable String application, @Nullable String state,
        Duration age, @Nullable String query, String relation, String mode, @Nullable Instant backendStart,
        @Nullable Instant transactionStart) {

    /** The mode of a holder whose lock is on a row: there is no such row in {@code pg_locks}. */
    public static final String ROW_LOCK = "row lock";

    private static final int NAMED = 3;

    /** Who it is, in what state and since when, for the middle of a sentence. */
    public String words() {
        String name = application == null || application.isEmpty() ? "no application name" : application;
        return "%s, %s, %s".formatted(name, state == null ? "state not visible" : state, transactionOpen());
    }

    /** Several of them, for the end of a sentence; the first three by name. */
    public static String names(List<Holder> holders) {
        String first = holders.stream().limit(NAMED)
                .map(holder -> "pid %d (%s)".formatted(holder.pid(), holder.words()))
                .collect(Collectors.joining(", "));
        return holders.size() <= NAMED ? first : first + " and " + (holders.size() - NAMED) + " more";
    }

    /** Why a step does not get on that has tried so many times to get its locks. */
    public static String waitsFor(List<Holder> holders, int tries) {
        return "Waits for locks held by "
                + (holders.isEmpty() ? "a session that was gone when we looked" : names(holders)) + "; tried " + tries
                + (tries == 1 ? " time" : " times");
    }

    /** How long its transaction has been open, for the middle of a sentence; a time that is not visible is not zero. */
    public String transactionOpen() {
        return ageIsKnown()
                ? "transaction open for %d s".formatted(age.toSeconds())
                : "how long its transaction is open is not visible";
    }

    /** Whether {@code age} was seen: without pg_read_all_stats the server hides it of other roles' sessions. */
    public boolean ageIsKnown() {
        return transactionStart != null || !age.isZero();
    }

    /** The statement without its constants, which may be somebody's data or password; null where it may not be seen. */
    public @Nullable String queryWithoutConstants() {
        return query == null ? null : WithoutConstants.of(query);
    }

    /** The same with its statement so. */
    public Holder withoutConstants() {
        return new Holder(pid, user, application, state, age, queryWithoutConstants(), relation, mode, backendStart,
                transactionStart);
    }
}
