package dev.rubicon.execution;

import com.github.kagkarlsson.scheduler.boot.config.DbSchedulerProperties;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.info.BuildProperties;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/** The nodes that work on this control database, each by its own word: who is there, since when, and what it has in hand. */
@Component
public class Nodes implements SmartInitializingSingleton, DisposableBean {

    private static final Logger log = LoggerFactory.getLogger(Nodes.class);

    /** In a lease. */
    private static final int BEATS = 4;
    private static final Duration LAST_BEAT = Duration.ofSeconds(5);

    private final JdbcClient jdbc;
    private final Node node;
    private final ControlClock clock;
    private final Leaving leaving;
    private final Duration lease;
    private final String version;
    /** Not one of Spring's: those end when the server begins to end, and this node has runs to hand over then. */
    private final ScheduledExecutorService beats = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("node-beats").factory());

    Nodes(JdbcClient jdbc, Node node, ControlClock clock, Leaving leaving, DbSchedulerProperties scheduler,
            ObjectProvider<BuildProperties> build) {
        this.jdbc = jdbc;
        this.node = node;
        this.clock = clock;
        this.leaving = leaving;
        this.lease = scheduler.getHeartbeatInterval().multipliedBy(scheduler.getMissedHeartbeatsLimit());
        BuildProperties built = build.getIfAvailable();
        this.version = built == null ? "unbuilt" : String.valueOf(built.getVersion());
    }

    /** The clock is set before the first lease is looked at. */
    @Override
    public void afterSingletonsInstantiated() {
        beat();
        long every = lease.toMillis() / BEATS;
        beats.scheduleWithFixedDelay(this::lookAlive, every, every, TimeUnit.MILLISECONDS);
        list().stream().filter(other -> !other.self() && other.state() == NodeState.WORKING
                && other.leaseMillis() != lease.toMillis())
                .forEach(other -> log.warn("Node {} has a lease of {} ms, this one of {} ms: give all nodes the same "
                        + "rubicon.lease, or the one with the shorter takes runs from the other that it still works on",
                        other.name(), other.leaseMillis(), lease.toMillis()));
    }

    private void lookAlive() {
        try {
            beat();
        } catch (DataAccessException | TransactionException e) {
            log.warn("The control database does not answer: {}", e.getMessage());
        }
    }

    private void beat() {
        Instant before = clock.uncorrected();
        Instant database = jdbc.sql("SELECT clock_timestamp()").query(OffsetDateTime.class).single().toInstant();
        clock.compare(before, database, clock.uncorrected());
        jdbc.sql("""
                INSERT INTO node (name, version, since, seen_at, lease_millis, clock_ahead_millis)
                VALUES (:name, :version, clock_timestamp(), clock_timestamp(), :lease, :ahead)
                ON CONFLICT (name) DO UPDATE
                   SET seen_at = excluded.seen_at, ended_at = NULL, clock_ahead_millis = excluded.clock_ahead_millis,
                       leaving_since = CASE WHEN :leaving THEN coalesce(node.leaving_since, excluded.seen_at) END
                """).param("name", node.name()).param("version", version).param("lease", lease.toMillis())
                .param("ahead", clock.ahead().toMillis()).param("leaving", leaving.begun()).update();
        jdbc.sql("DELETE FROM node WHERE seen_at < clock_timestamp() - interval '1 hour'").update();
    }

    /** The nodes, oldest first: one that died or ended for an hour yet. */
    public List<NodeView> list() {
        return jdbc.sql("""
                SELECT node.*, (SELECT count(*) FROM scheduled_tasks task
                                 WHERE task.picked AND task.picked_by = node.name AND task.task_name = ?) AS runs,
                       seen_at < clock_timestamp() - lease_millis * interval '1 millisecond' AS silent
                  FROM node ORDER BY since, name
                """).param(Dispatch.TASK).query(this::view).list();
    }

    /** Its last word, so that nobody waits for the lease of one that is gone. */
    @Override
    public void destroy() {
        beats.shutdownNow();
        try {
            // a beat under way would take the last word back
            if (!beats.awaitTermination(LAST_BEAT.toMillis(), TimeUnit.MILLISECONDS)) {
                log.warn("The control database has not answered this node's last beat for {}", LAST_BEAT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            jdbc.sql("UPDATE node SET seen_at = clock_timestamp(), ended_at = clock_timestamp() WHERE name = ?")
                    .params(node.name()).update();
        } catch (DataAccessException | TransactionException e) {
            log.warn("The control database does not learn that this node ends: {}", e.getMessage());
        }
    }

    private NodeView view(ResultSet row, int number) throws SQLException {
        boolean leaves = row.getTimestamp("leaving_since") != null;
        NodeState state = row.getTimestamp("ended_at") != null
                ? NodeState.ENDED
                : row.getBoolean("silent") ? NodeState.SILENT : leaves ? NodeState.LEAVING : NodeState.WORKING;
        String name = row.getString("name");
        return new NodeView(name, row.getString("version"), state, name.equals(node.name()),
                row.getTimestamp("since").toInstant(), row.getTimestamp("seen_at").toInstant(), row.getInt("runs"),
                row.getLong("lease_millis"), row.getLong("clock_ahead_millis"));
    }
}
