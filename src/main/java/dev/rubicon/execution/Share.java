package dev.rubicon.execution;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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
    private static final Duration A_MOMENT = Duration.ofMillis(10);
    /** What the others left for so many looks they do not take. */
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
     * For how long from now this run is to be left to the others; empty where this node is to take it up. It has just
     * looked: the run is due again a moment after its next look, so that every other node looks before it. With any other
     * time the same node could find the run first again and again, for all look equally often. And where the others are
     * alive but do not look, there is an end to it.
     */
    Optional<Duration> leavesToOthers(Dispatch.Ticket ticket) {
        long looked = System.nanoTime();
        if (!isExceededBy(ticket) || left.merge(ticket, 1, Integer::sum) > MOST_OFTEN) {
            left.remove(ticket);
            return Optional.empty();
        }
        Duration rest = A_LOOK.plus(A_MOMENT).minusNanos(System.nanoTime() - looked);
        return Optional.of(rest.isNegative() ? Duration.ZERO : rest);
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
