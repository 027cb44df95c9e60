package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Holder;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A session that holds, or waits for, a lock in the way of a plan.
 *
 * @param oid of the relation
 * @param transaction its virtual transaction: another one is another transaction
 * @param granted false for one that waits itself, in front of whoever came now
 * @param kind what it is
 */
record Blocker(Holder holder, long oid, String transaction, boolean granted, Kind kind) {

    /** What can stand in the way. */
    enum Kind {
        /** A client's session. */
        SESSION,
        /** A vacuum that the server began, and ends itself for whoever waits behind it. */
        AUTOVACUUM,
        /** A vacuum against the wraparound of transaction numbers, which gives way to nobody. */
        WRAPAROUND
    }

    static Blocker of(ResultSet row) throws SQLException {
        Kind kind = !row.getBoolean("autovacuum")
                ? Kind.SESSION
                : row.getBoolean("wraparound") ? Kind.WRAPAROUND : Kind.AUTOVACUUM;
        return new Blocker(Guard.holder(row), row.getLong("oid"), row.getString("transaction"),
                row.getBoolean("granted"), kind);
    }

    boolean olderThan(Duration age) {
        return holder.age().compareTo(age) > 0;
    }

    /** For the middle of a sentence. */
    String words() {
        String open = holder.transactionOpen();
        String what = switch (kind) {
            case SESSION -> holder.words();
            case AUTOVACUUM -> "autovacuum, " + open;
            case WRAPAROUND -> "autovacuum against wraparound, which gives way to nobody, " + open;
        };
        return "pid %d (%s%s)".formatted(holder.pid(), what, granted ? "" : ", waits itself");
    }
}
