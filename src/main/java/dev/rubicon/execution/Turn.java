package dev.rubicon.execution;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Whose turn it is to write about a rollout. Every transaction that changes a rollout, its runs or its events takes the
 * turn first: their order is then the order of their commits (a reader of events misses none), and no two of them can
 * deadlock over rows.
 */
@Component
public class Turn {

    /** Names the rollouts' share of the advisory locks of the control database. */
    private static final int LOCK_CLASS = 0x52_55_42;

    private final JdbcClient jdbc;

    Turn(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** Waits for the turn, and keeps it until the transaction ends. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void take(long rollout) {
        jdbc.sql("SELECT 1 FROM (SELECT pg_advisory_xact_lock(?, ?)) AS turn").params(LOCK_CLASS, (int) rollout)
                .query(Integer.class).single();
    }
}
