package dev.rubicon.webhook;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The tables {@code webhook_event} and {@code webhook_delivery}. */
@Repository
class DeliveryRows {

    /** How many rows one statement deletes at most, so that no transaction grows long. */
    static final int BATCH = 1_000;

    private static final String SELECT = """
            SELECT d.*, e.id AS event_id, e.type, e.environment, e.at
              FROM webhook_delivery d JOIN webhook_event e ON e.sequence = d.event
            """;

    private final JdbcClient jdbc;

    DeliveryRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * What is sent of an event, and what its next try has to know.
     *
     * @param data a JSON object
     * @param failures since it was asked for
     */
    record Due(Errand errand, Delivery delivery, String data, int failures, Instant askedAt) {}

    /** Writes an event down; its number is the answer. */
    long insertEvent(UUID id, EventType type, @Nullable String environment, Instant at, String data) {
        return jdbc.sql("""
                INSERT INTO webhook_event (id, at, type, environment, data)
                VALUES (:id, :at, :type, :environment, :data::jsonb) RETURNING sequence
                """).param("id", id).param("at", Timestamp.from(at)).param("type", type.wireName())
                .param("environment", environment).param("data", data).query(Long.class).single();
    }

    /** @return the number of the delivery */
    long insert(UUID webhook, long event, Instant now) {
        return jdbc.sql("""
                INSERT INTO webhook_delivery (webhook, event, state, asked_at, next_try_at)
                VALUES (?, ?, 'WAITING', ?, ?) RETURNING id
                """).params(webhook, event, Timestamp.from(now), Timestamp.from(now)).query(Long.class).single();
    }

    /** Nothing when it has ended, or was asked for again since. */
    Optional<Due> waiting(Errand errand) {
        return jdbc.sql("""
                SELECT d.*, e.id AS event_id, e.type, e.environment, e.at, e.data::text AS data_text
                  FROM webhook_delivery d JOIN webhook_event e ON e.sequence = d.event
                 WHERE d.id = ? AND d.asking = ? AND d.state = 'WAITING'
                """).params(errand.delivery(), errand.asking())
                .query((row, number) -> new Due(errand, delivery(row, number), row.getString("data_text"),
                        row.getInt("failures"), row.getTimestamp("asked_at").toInstant()))
                .optional();
    }

    Optional<Delivery> find(UUID webhook, long id) {
        return jdbc.sql(SELECT + "WHERE d.webhook = ? AND d.id = ?").params(webhook, id).query(DeliveryRows::delivery)
                .optional();
    }

    /** The newest first. @param state null for all */
    List<Delivery> before(UUID webhook, @Nullable DeliveryState state, long id, int limit) {
        return jdbc.sql(SELECT + """
                 WHERE d.webhook = :webhook AND d.id < :before%s
                 ORDER BY d.id DESC LIMIT :limit
                """.formatted(state == null ? "" : " AND d.state = :state")).param("webhook", webhook)
                .param("before", id)
                .param("state", state == null ? null : state.name()).param("limit", limit)
                .query(DeliveryRows::delivery).list();
    }

    /**
     * Writes down how a try went, unless another node has written meanwhile or it was asked for again: then this one says
     * nothing.
     *
     * @param nextTryAt where it waits
     * @return whether it wrote
     */
    boolean tried(Due due, DeliveryState state, @Nullable Instant nextTryAt, Instant now, @Nullable Integer status,
            @Nullable String excerpt, @Nullable String fault) {
        return jdbc.sql("""
                UPDATE webhook_delivery
                   SET state = :state, attempts = attempts + 1, failures = failures + :failed, tried_at = :now,
                       next_try_at = :next, status = :status, excerpt = :excerpt, fault = :fault
                 WHERE id = :id AND state = 'WAITING' AND attempts = :attempts AND asking = :asking
                """).param("state", state.name()).param("failed", state == DeliveryState.DELIVERED ? 0 : 1)
                .param("now", Timestamp.from(now)).param("next", nextTryAt == null ? null : Timestamp.from(nextTryAt))
                .param("status", status).param("excerpt", excerpt).param("fault", fault)
                .param("id", due.delivery().id()).param("attempts", due.delivery().attempts())
                .param("asking", due.errand().asking()).update() == 1;
    }

    /** Puts it back to its beginning; it has a whole day again. @return nothing when it is gone */
    Optional<Errand> again(long id, Instant now) {
        return jdbc.sql("""
                UPDATE webhook_delivery
                   SET state = 'WAITING', failures = 0, asking = asking + 1, asked_at = :now, next_try_at = :now
                 WHERE id = :id RETURNING id, asking
                """).param("now", Timestamp.from(now)).param("id", id).query(DeliveryRows::errand).optional();
    }

    /** What should have been tried before then and has no task. */
    List<Errand> lost(Instant before) {
        return jdbc.sql("""
                SELECT d.id, d.asking FROM webhook_delivery d
                 WHERE d.state = 'WAITING' AND d.next_try_at < ?
                   AND NOT EXISTS (SELECT 1 FROM scheduled_tasks carried
                                    WHERE carried.task_name = ?
                                      AND carried.task_instance = d.id || '/' || d.asking)
                 ORDER BY d.next_try_at LIMIT 1000
                """).params(Timestamp.from(before), Errand.TASK).query(DeliveryRows::errand).list();
    }

    /** Deletes a batch of what ended before then. */
    int forgetDeliveries(Instant before) {
        return jdbc.sql("""
                DELETE FROM webhook_delivery WHERE id IN (
                    SELECT id FROM webhook_delivery WHERE state <> 'WAITING' AND tried_at < ?
                     ORDER BY tried_at LIMIT ?)
                """).params(Timestamp.from(before), BATCH).update();
    }

    /** Deletes a batch of the events before then that nobody is told of any more. */
    int forgetEvents(Instant before) {
        return jdbc.sql("""
                DELETE FROM webhook_event WHERE sequence IN (
                    SELECT sequence FROM webhook_event e WHERE at < ? AND NOT EXISTS (
                        SELECT FROM webhook_delivery d WHERE d.event = e.sequence) ORDER BY at LIMIT ?)
                """).params(Timestamp.from(before), BATCH).update();
    }

    /** Deletes a batch of a webhook's deliveries; their tasks find nothing and end. */
    int delete(UUID webhook) {
        return jdbc.sql("""
                DELETE FROM webhook_delivery WHERE id IN (
                    SELECT id FROM webhook_delivery WHERE webhook = ? ORDER BY id LIMIT ?)
                """).params(webhook, BATCH).update();
    }

    private static Errand errand(ResultSet row, int number) throws SQLException {
        return new Errand(row.getLong("id"), row.getInt("asking"));
    }

    private static Delivery delivery(ResultSet row, int number) throws SQLException {
        return new Delivery(row.getLong("id"), row.getObject("webhook", UUID.class),
                row.getObject("event_id", UUID.class), row.getLong("event"), row.getString("type"),
                row.getString("environment"), row.getTimestamp("at").toInstant(),
                DeliveryState.valueOf(row.getString("state")), row.getInt("attempts"), instant(row, "tried_at"),
                instant(row, "next_try_at"), row.getObject("status", Integer.class), row.getString("excerpt"),
                row.getString("fault"));
    }

    private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp at = row.getTimestamp(column);
        return at == null ? null : at.toInstant();
    }
}
