package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Holder;
import dev.rubicon.engine.HolderAction;
import dev.rubicon.engine.HolderAnswer;
import dev.rubicon.engine.HolderAnswer.Seen;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.registry.TargetAccess;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Signals a session that holds a lock, and looks what comes of it. Who it is was seen some seconds ago: the statement that
 * signals compares the session's begin, so that no other session with the same pid is hit, and asks for the lock again.
 */
final class HolderClearing {

    private static final Duration SILENCE = Duration.ofSeconds(15);
    private static final Duration LOOK_FOR = Duration.ofSeconds(5);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final String OURS = "rubicon %";
    private static final String MAY_NOT = "42501";

    /** Reads catalogs in shared memory alone: no lock on anything of the application's. */
    private static final String SAME_AND_HOLDS = """
            FROM pg_stat_activity a
            WHERE a.pid = ? AND a.backend_start = ? AND a.application_name NOT LIKE ?
              AND CASE WHEN ? THEN a.xact_start = ?
                       ELSE EXISTS (SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.granted AND l.mode = ?
                                    AND l.relation = to_regclass(?)
                                    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()))
                  END""";

    private final TargetAccess access;
    private final Holder holder;
    private final HolderAction action;

    HolderClearing(TargetAccess access, Holder holder, HolderAction action) {
        this.access = access;
        this.holder = holder;
        this.action = action;
    }

    /** The session of that pid as it is now. */
    private record Now(@Nullable Instant backendStart, @Nullable Instant transactionStart, @Nullable String state,
            boolean ours) {

        boolean runs() {
            return "active".equals(state) || "fastpath function call".equals(state);
        }
    }

    HolderAnswer clear() {
        Connection connection = Connections.open(access, "rubicon clears a holder", SILENCE);
        try {
            Optional<HolderAnswer> nothingToDo = refused(connection);
            return nothingToDo.isPresent() ? nothingToDo.get() : signal(connection);
        } catch (SQLException e) {
            if (MAY_NOT.equals(e.getSQLState())) {
                return new HolderAnswer(Seen.NOT_PERMITTED,
                        ("%s Nothing was sent. For sessions of ordinary roles: GRANT "
                                + "pg_signal_backend TO Rubicon's role; those of a superuser only a superuser may signal")
                                .formatted(sentence(Connections.message(e, access))));
            }
            throw new TargetUnavailable(access.name() + ": " + Connections.message(e, access), null);
        } finally {
            Connections.closeQuietly(connection);
        }
    }

    /** Why nothing is to be sent, if so. */
    private Optional<HolderAnswer> refused(Connection connection) throws SQLException {
        if (holder.pid() <= 0) {
            return Optional.of(new HolderAnswer(Seen.UNKNOWN, "A prepared transaction holds the lock, not a session: "
                    + "find it in pg_prepared_xacts and ROLLBACK PREPARED it"));
        }
        Optional<Now> now = look(connection);
        if (now.isEmpty()) {
            return Optional.of(goneBefore());
        }
        if (now.get().ours()) {
            return Optional.of(new HolderAnswer(Seen.RUBICONS_OWN, "Pid " + holder.pid() + " is a session of Rubicon "
                    + "itself: pause or cancel the run that it belongs to"));
        }
        if (now.get().backendStart() == null) {
            return Optional.of(new HolderAnswer(Seen.UNKNOWN, "Rubicon may not see when pid " + holder.pid()
                    + " began, so it cannot tell it from a later session: GRANT pg_read_all_stats TO Rubicon's role"));
        }
        if (holder.backendStart() == null) {
            return Optional.of(new HolderAnswer(Seen.UNKNOWN, "It was not noted when pid " + holder.pid()
                    + " began, so it cannot be told from a later session: wait for the next try of the step"));
        }
        return now.get().backendStart().equals(holder.backendStart()) ? Optional.empty() : Optional.of(goneBefore());
    }

    private HolderAnswer goneBefore() {
        return new HolderAnswer(Seen.GONE_BEFORE, "Nothing was sent: the session of pid " + holder.pid()
                + " was gone already");
    }

    private HolderAnswer signal(Connection connection) throws SQLException {
        Optional<Now> before = look(connection);
        String function = switch (action) {
            case CANCEL -> "pg_cancel_backend";
            case END -> "pg_terminate_backend";
        };
        Optional<Boolean> sent = Rows.first(connection, "SELECT " + function + "(a.pid) " + SAME_AND_HOLDS,
                row -> row.getBoolean(1), sameAndHolds());
        if (sent.isEmpty() || !sent.get() || before.isEmpty()) {
            return same(look(connection))
                    ? new HolderAnswer(Seen.FREE_BEFORE, "Nothing was sent: pid " + holder.pid()
                            + " did not hold the lock any more")
                    : goneBefore();
        }
        return observe(connection, before.get());
    }

    private HolderAnswer observe(Connection connection, Now before) throws SQLException {
        long end = System.nanoTime() + LOOK_FOR.toNanos();
        while (true) {
            Optional<Now> now = look(connection);
            if (!same(now)) {
                return new HolderAnswer(Seen.GONE, "The session of pid " + holder.pid()
                        + " has ended; its transaction was rolled back");
            }
            if (action == HolderAction.CANCEL) {
                boolean over = !Objects.equals(now.get().transactionStart(), before.transactionStart());
                if (over || !holds(connection)) {
                    return new HolderAnswer(Seen.FREED, "The statement of pid " + holder.pid()
                            + " was cancelled, and the lock is free of it");
                }
                if (!now.get().runs()) {
                    return new HolderAnswer(Seen.STILL_HOLDS, ("A cancel did not free the lock: pid %d is %s, it runs "
                            + "nothing that could be cancelled, and holds the lock until its transaction ends. End the "
                            + "session, or have its owner end the transaction")
                            .formatted(holder.pid(), now.get().state()));
                }
            }
            if (System.nanoTime() > end) {
                return new HolderAnswer(Seen.STILL_RUNS,
                        "The signal was sent to pid %d, which has not heeded it within "
                                .formatted(holder.pid()) + LOOK_FOR.toSeconds() + " s; it may still do so");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private boolean same(Optional<Now> now) {
        return now.isPresent() && Objects.equals(now.get().backendStart(), holder.backendStart());
    }

    private boolean holds(Connection connection) throws SQLException {
        return Rows.first(connection, "SELECT 1 " + SAME_AND_HOLDS, row -> true, sameAndHolds()).isPresent();
    }

    private @Nullable Object[] sameAndHolds() {
        boolean row = holder.mode().equals(Holder.ROW_LOCK);
        return new @Nullable Object[]{holder.pid(), at(holder.backendStart()), OURS, row, at(holder.transactionStart()),
                modeInLocks(), holder.relation().isEmpty() ? null : holder.relation()};
    }

    private Optional<Now> look(Connection connection) throws SQLException {
        return Rows.first(connection, """
                SELECT backend_start, xact_start, state, application_name LIKE ? AS ours
                FROM pg_stat_activity WHERE pid = ?""",
                row -> new Now(instant(row.getObject("backend_start", OffsetDateTime.class)),
                        instant(row.getObject("xact_start", OffsetDateTime.class)), row.getString("state"),
                        row.getBoolean("ours")),
                OURS, holder.pid());
    }

    /** ACCESS SHARE to everybody is AccessShareLock in {@code pg_locks}. */
    private String modeInLocks() {
        return Arrays.stream(LockMode.values()).filter(mode -> mode.word().equals(holder.mode()))
                .map(LockMode::catalogName).findFirst().orElse("");
    }

    private static String sentence(String message) {
        String said = message.lines().findFirst().orElse("").replaceFirst("^ERROR: ", "");
        return "The server refused: " + said + ".";
    }

    private static @Nullable OffsetDateTime at(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime at) {
        return at == null ? null : at.toInstant();
    }
}
