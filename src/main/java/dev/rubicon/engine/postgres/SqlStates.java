package dev.rubicon.engine.postgres;

import java.sql.SQLException;
import java.util.Set;

/** What the error codes mean to us. Messages are never looked at: they come in the server's language. */
final class SqlStates {

    static final String CANCELLED = "57014";
    static final String LOCK_NOT_AVAILABLE = "55P03";
    private static final Set<String> REFUSED_LOCK = Set.of(LOCK_NOT_AVAILABLE, "40P01", "40001");
    /** Shutdown, termination, and the timeouts that end a session. */
    private static final Set<String> SESSION_ENDED = Set.of("57P01", "57P02", "57P03", "57P05", "25P03", "25P04");

    /** No such table or schema, not a table, no privilege: what LOCK TABLE says of a relation that is another by now. */
    private static final Set<String> OTHER_RELATION = Set.of("42P01", "3F000", "42809", "42501");

    private SqlStates() {}

    static boolean lockRefused(SQLException e) {
        return e.getSQLState() != null && REFUSED_LOCK.contains(e.getSQLState());
    }

    static boolean otherRelation(SQLException e) {
        return e.getSQLState() != null && OTHER_RELATION.contains(e.getSQLState());
    }

    static boolean cancelled(SQLException e) {
        return CANCELLED.equals(e.getSQLState());
    }

    static boolean connectionLost(SQLException e) {
        String state = e.getSQLState();
        return state != null && (state.startsWith("08") || SESSION_ENDED.contains(state));
    }
}
