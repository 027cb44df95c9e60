package dev.rubicon.execution;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Sees that one node does not take all runs because it was first: whatever it has in hand beyond its share goes back for a
 * moment, in which the others look. Nodes that are silent or leaving have no share; a node alone has all.
 */
@Component
class Share {

    /** Every node looks for due runs twice a second. */
    private static final Duration A_LOOK = Duration.ofMillis(500);
    /** A run comes back sooner than in a second: what others left for ten seconds they do not take. */
    private static final int MOST_OFTEN = 10;
    private static final int REMEMBERED = 1_000;

    /** How often this node let each run go, for those it saw last. */
    private final Map<Dispatch.Ticket, Integer> left = Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Dispatch.Ticket, Integer> eldest) {
            return size() > REMEMBERED;
        }
    });
    private final JdbcClient jdbc;
    private final Node node;

    Share(JdbcClient jdbc, Node node) {
        this.jdbc = jdbc;
        this.node = node;
    }

    /**
     * For how long this run is to be left to the others; empty where this node is to take it up. All nodes look equally
     * often, so that a run that came back after a fixed time would be found by the same one again and again, and by nobody
     * in the end where the others are alive but do not look: the time differs, and there is an end to it.
     */
    Optional<Duration> leavesToOthers(Dispatch.Ticket ticket) {
        if (!isExceededBy(ticket) || left.merge(ticket, 1, Integer::sum) > MOST_OFTEN) {
            left.remove(ticket);
            return Optional.empty();
        }
        return Optional.of(A_LOOK.plusMillis(ThreadLocalRandom.current().nextLong(A_LOOK.toMillis())));
    }

    /** Whether this run in this node's hand is one more than its share of all that are in hand. */
    boolean isExceededBy(Dispatch.Ticket ticket) {
        return jdbc.sql("""
                SELECT count(*) FILTER (WHERE picked_by = :node AND task_instance <= :ticket)
                       > ceil(count(*)::numeric / greatest(1, (
                             SELECT count(*) FROM node
                              WHERE leaving_since IS NULL
                                AND seen_at > clock_timestamp() - lease_millis * interval '1 millisecond')))
                  FROM scheduled_tasks WHERE picked AND task_name = :task
                """).param("node", node.name()).param("ticket", ticket.toString()).param("task", Dispatch.TASK)
                .query(Boolean.class).single();
    }
}
