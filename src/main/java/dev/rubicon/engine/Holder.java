package dev.rubicon.engine;

import java.time.Duration;
import java.time.Instant;
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

    /** The statement without its constants, which may be somebody's data or password; null where it may not be seen. */
    public @Nullable String queryWithoutConstants() {
        return query == null ? null : WithoutConstants.of(query);
    }
}
