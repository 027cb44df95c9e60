package dev.rubicon.engine.postgres;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * What two connections that are open at the same time tell of a transaction pooler between us and the server. Behind
 * one, advisory locks, fences and cancels would land in sessions of others.
 *
 * @param before the first connection's backend
 * @param other the second connection's backend, asked inside a transaction
 * @param after the first connection's backend, while that transaction was open
 */
record PoolerSign(int before, int other, int after) {

    static final String REASON = "A pooler in transaction mode stands before the server: Rubicon's locks and cancels "
            + "need a session of their own; point the URL directly to the server, or to a pool in session mode";

    /** Asks two fresh connections; both are in autocommit before and after. */
    static PoolerSign of(Connection first, Connection second) throws SQLException {
        int before = Rows.backendPid(first);
        second.setAutoCommit(false);
        try {
            int other = Rows.backendPid(second);
            return new PoolerSign(before, other, Rows.backendPid(first));
        } finally {
            second.rollback();
            second.setAutoCommit(true);
        }
    }

    boolean found() {
        return before == other || before != after;
    }
}
