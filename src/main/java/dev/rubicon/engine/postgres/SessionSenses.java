package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Reading;
import dev.rubicon.engine.Strain;
import dev.rubicon.registry.BackfillLimit;
import java.sql.SQLException;
import java.util.List;

/** What the server's other sessions do, and whether they wait for us. */
final class SessionSenses {

    /** An instant in which many sessions are active tells little alone. */
    private static final double NEWEST = 0.5;
    /** Dead rows for each live one from which on a vacuum of the table is being outrun. */
    private static final double MANY_DEAD = 0.5;
    private static final double NOT_SLOWED = 0.6;
    private static final double OUTRUN = 0.8;
    private static final double WITH_WRAPAROUND = 0.9;

    private final List<String> relations;
    private double active = -1;

    /** @param relations what the backfill changes, as names in statements */
    SessionSenses(List<String> relations) {
        this.relations = relations;
    }

    private record Waits(int number, double longest) {}

    /** From pg_locks, which every role may see; only for those that wait it is asked for whom. */
    Reading lockWaits(Sense.Glance at) throws SQLException {
        Waits waits = Rows.first(at.connection(), """
                SELECT count(*), coalesce(max(extract(epoch FROM clock_timestamp() - w.since)), 0)
                FROM (SELECT l.pid, min(l.waitstart) AS since FROM pg_locks l
                      WHERE NOT l.granted AND NOT l.pid = ANY (?) GROUP BY l.pid) AS w
                WHERE pg_blocking_pids(w.pid) && ?""", row -> new Waits(row.getInt(1), row.getDouble(2)),
                at.oursAsArray(), at.oursAsArray()).orElseThrow();
        return at.within(Strain.LOCK_WAITS, BackfillLimit.LOCK_WAITS, limit -> {
            Reading.Known known = Reading.of(Strain.LOCK_WAITS, waits.number, limit);
            return waits.number == 0
                    ? known
                    : new Reading.Known(known.of(), known.value(), limit, known.utilization(),
                            known.words() + ", the longest for " + Math.round(waits.longest * 1_000) + " ms");
        });
    }

    private record Activity(int now, int connections) {}

    Reading activeBackends(Sense.Glance at) throws SQLException {
        if (!at.readsAll()) {
            return new Reading.Absent(Strain.ACTIVE_BACKENDS, Sense.GRANT);
        }
        Activity activity = Rows.first(at.connection(), """
                SELECT count(*), current_setting('max_connections')::int FROM pg_stat_activity
                WHERE state = 'active' AND backend_type = 'client backend'
                  AND pid <> pg_backend_pid() AND NOT pid = ANY (?)""",
                row -> new Activity(row.getInt(1), row.getInt(2)), (Object) at.oursAsArray()).orElseThrow();
        active = active < 0 ? activity.now : active * (1 - NEWEST) + activity.now * NEWEST;
        return at.within(Strain.ACTIVE_BACKENDS, BackfillLimit.ACTIVE_BACKENDS,
                share -> Reading.of(Strain.ACTIVE_BACKENDS, active, Math.max(1, share * activity.connections)));
    }

    private record Oldest(double age, String who) {}

    /** Whatever keeps dead rows of this database: transactions with a snapshot or a number, and prepared ones. */
    Reading oldestSnapshot(Sense.Glance at) throws SQLException {
        if (!at.readsAll()) {
            return new Reading.Absent(Strain.OLDEST_SNAPSHOT, Sense.GRANT);
        }
        Oldest oldest = Rows.first(at.connection(), """
                SELECT extract(epoch FROM clock_timestamp() - began), who
                FROM (SELECT xact_start, format('pid %s, %s', pid, coalesce(nullif(application_name, ''), usename))
                      FROM pg_stat_activity
                      WHERE (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL) AND xact_start IS NOT NULL
                        AND datname = current_database() AND backend_type <> 'autovacuum worker'
                        AND pid <> pg_backend_pid() AND NOT pid = ANY (?)
                      UNION ALL
                      SELECT prepared, 'prepared transaction ' || gid FROM pg_prepared_xacts
                      WHERE database = current_database()) AS open (began, who)
                ORDER BY began LIMIT 1""", row -> new Oldest(Math.max(0, row.getDouble(1)), row.getString(2)),
                (Object) at.oursAsArray()).orElse(new Oldest(0, ""));
        return at.within(Strain.OLDEST_SNAPSHOT, BackfillLimit.OLDEST_SNAPSHOT, limit -> {
            Reading.Known known = Reading.of(Strain.OLDEST_SNAPSHOT, oldest.age, limit);
            return oldest.who.isEmpty()
                    ? known
                    : new Reading.Known(known.of(), oldest.age, limit, known.utilization(),
                            known.words() + " (" + oldest.who + ")");
        });
    }

    /** @param dead rows for each live one, in the table that has the most */
    private record Vacuum(int number, double since, boolean wraparound, double dead) {

        /** Up to {@link #MANY_DEAD} nothing slows down, and from twice as many on no further. */
        double utilization() {
            if (wraparound) {
                return WITH_WRAPAROUND;
            }
            return dead < MANY_DEAD
                    ? NOT_SLOWED * dead / MANY_DEAD
                    : NOT_SLOWED + (OUTRUN - NOT_SLOWED) * Math.min(1, (dead - MANY_DEAD) / MANY_DEAD);
        }
    }

    /**
     * Slows the backfill down so that the vacuum is not outrun; it may take hours, so that it never stops it. A vacuum that
     * keeps up is left alone: its own pauses set its pace, and a slower backfill would hardly leave a smaller table.
     */
    Reading autovacuum(Sense.Glance at) throws SQLException {
        Vacuum vacuum = Rows.first(at.connection(), """
                SELECT count(*), coalesce(max(extract(epoch FROM clock_timestamp() - a.xact_start)), 0),
                       coalesce(bool_or(a.query LIKE '%(to prevent wraparound)'), false),
                       -- the counts begin at 0 where nothing was counted yet, as after a restore
                       coalesce(max(pg_stat_get_dead_tuples(c.oid)
                                    / greatest(pg_stat_get_live_tuples(c.oid), c.reltuples, 1)), 0)
                FROM pg_locks l JOIN pg_stat_activity a USING (pid) JOIN pg_class c ON c.oid = l.relation
                WHERE l.locktype = 'relation' AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted
                  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
                  AND l.relation IN (SELECT to_regclass(name) FROM unnest(?) AS name)
                  -- whoever may not see what a backend is sees at least that a vacuum has no user
                  AND coalesce(a.backend_type = 'autovacuum worker', a.usesysid IS NULL)
                  -- an ANALYZE takes the same lock, and no dead row away; who may not see that takes it for a vacuum
                  AND coalesce(a.query, '') NOT LIKE 'autovacuum: ANALYZE %'""",
                row -> new Vacuum(row.getInt(1), row.getDouble(2), row.getBoolean(3), row.getDouble(4)),
                (Object) relations.toArray(String[]::new)).orElseThrow();
        if (vacuum.number == 0) {
            return new Reading.Known(Strain.AUTOVACUUM, 0, null, 0, "does not run");
        }
        return new Reading.Known(Strain.AUTOVACUUM, vacuum.since, null, vacuum.utilization(),
                "runs%s%s; %d dead rows for 100 live ones".formatted(vacuum.wraparound ? " against wraparound" : "",
                        vacuum.since > 0 ? " for " + Strain.AUTOVACUUM.words(vacuum.since) : "",
                        Math.round(100 * vacuum.dead)));
    }
}
