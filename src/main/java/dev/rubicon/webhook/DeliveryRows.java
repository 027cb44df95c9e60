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
    record Due(Delivery delivery, String data, int failures, Instant askedAt) {}

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

    Optional<Due> waiting(long id) {
        return jdbc.sql("""
                SELECT d.*, e.id AS event_id, e.type, e.environment, e.at, e.data::text AS data_text
                  FROM webhook_delivery d JOIN webhook_event e ON e.sequence = d.event
                 WHERE d.id = ? AND d.state = 'WAITING'
                """).param(id)
                .query((row, number) -> new Due(delivery(row, number), row.getString("data_text"),
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
                 WHERE d.webhook = :webhook AND d.id < :before AND (:state::text IS NULL OR d.state = :state)
                 ORDER BY d.id DESC LIMIT :limit
                """).param("webhook", webhook).param("before", id)
                .param("state", state == null ? null : state.name()).param("limit", limit)
                .query(DeliveryRows::delivery).list();
    }

    /**
     * Writes down how a try went, unless another node has written meanwhile: then this one says nothing.
     *
     * @param nextTryAt where it waits
     */
    void tried(Due due, DeliveryState state, @Nullable Instant nextTryAt, Instant now, @Nullable Integer status,
            @Nullable String excerpt, @Nullable String fault) {
        jdbc.sql("""
                UPDATE webhook_delivery
                   SET state = :state, attempts = attempts + 1, failures = failures + :failed, tried_at = :now,
                       next_try_at = :next, status = :status, excerpt = :excerpt, fault = :fault
                 WHERE id = :id AND state = 'WAITING' AND attempts = :attempts
                """).param("state", state.name()).param("failed", state == DeliveryState.DELIVERED ? 0 : 1)
                .param("now", Timestamp.from(now)).param("next", nextTryAt == null ? null : Timestamp.from(nextTryAt))
                .param("status", status).param("excerpt", excerpt).param("fault", fault)
                .param("id", due.delivery().id()).param("attempts", due.delivery().attempts()).update();
    }

    /** Puts it back to its beginning; it has a whole day again. */
    void again(long id, Instant now) {
        jdbc.sql("""
                UPDATE webhook_delivery SET state = 'WAITING', failures = 0, asked_at = :now, next_try_at = :now
                 WHERE id = :id
                """).param("now", Timestamp.from(now)).param("id", id).update();
    }

    /** Deletes what ended long ago: at most a thousand at a time, so that no transaction grows long. */
    int forget(Instant before) {
        int deliveries = jdbc.sql("""
                DELETE FROM webhook_delivery WHERE id IN (
                    SELECT id FROM webhook_delivery WHERE state <> 'WAITING' AND tried_at < ? ORDER BY id LIMIT 1000)
                """).param(Timestamp.from(before)).update();
        return deliveries + jdbc.sql("""
                DELETE FROM webhook_event WHERE sequence IN (
                    SELECT sequence FROM webhook_event e WHERE at < ? AND NOT EXISTS (
                        SELECT FROM webhook_delivery d WHERE d.event = e.sequence) ORDER BY sequence LIMIT 1000)
                """).param(Timestamp.from(before)).update();
    }

    private static Delivery delivery(ResultSet row, int number) throws SQLException {
        return new Delivery(row.getLong("id"), row.getObject("webhook", UUID.class),
                row.getObject("event_id", UUID.class), row.getLong("event"), EventType.of(row.getString("type")),
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
