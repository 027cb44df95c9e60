package dev.rubicon.execution;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Sees that one node does not take all runs because it was first: whatever it has in hand beyond its share goes back for a
 * moment, in which the others look. Nodes that are silent or leaving have no share; a node alone has all.
 */
@Component
class Share {

    private final JdbcClient jdbc;
    private final Node node;

    Share(JdbcClient jdbc, Node node) {
        this.jdbc = jdbc;
        this.node = node;
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
