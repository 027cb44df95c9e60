package dev.rubicon.rollout;

import java.sql.ResultSet;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** What happened in rollouts, in order: the table that live pages and SSE follow. */
@Component
public class RolloutEvents {

    /**
     * @param seq grows within a rollout in the order of the commits; a reader behind it has missed nothing
     * @param type like {@code phase.state} or {@code step.progress}
     * @param data JSON object
     */
    public record Event(long seq, long rollout, Instant at, String type, String data) {}

    /** What a rollout is of. */
    public record Subject(String plan, int revision, String environment) {}

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Clock clock;
    private final ApplicationEventPublisher listeners;

    RolloutEvents(JdbcClient jdbc, JsonMapper json, Clock clock, ApplicationEventPublisher listeners) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
        this.listeners = listeners;
    }

    /** Writes one event, and tells the rooms above; the caller's transaction has the rollout's turn. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void append(long rollout, String type, Map<String, ?> data) {
        long seq = jdbc
                .sql("INSERT INTO rollout_event (rollout, at, type, data) VALUES (?, ?, ?, ?::jsonb) RETURNING seq")
                .params(rollout, Timestamp.from(clock.instant()), type, json.writeValueAsString(data))
                .query(Long.class).single();
        listeners.publishEvent(new RolloutMoved(seq, rollout, type, data));
    }

    /** What a rollout is of, whoever asks. */
    public Subject subject(long rollout) {
        return jdbc.sql("SELECT plan, revision, environment FROM rollout WHERE id = ?").param(rollout)
                .query((row, number) -> new Subject(row.getString("plan"), row.getInt("revision"),
                        row.getString("environment")))
                .single();
    }

    /** The events of a rollout behind a number, oldest first. */
    public List<Event> after(long rollout, long seq, int limit) {
        return jdbc.sql("""
                SELECT seq, rollout, at, type, data::text FROM rollout_event
                 WHERE rollout = ? AND seq > ? ORDER BY seq LIMIT ?
                """).params(rollout, seq, limit)
                .query((row, number) -> new Event(row.getLong("seq"), row.getLong("rollout"),
                        row.getTimestamp("at").toInstant(), row.getString("type"), row.getString("data")))
                .list();
    }

    /** Number of the newest event of each of these rollouts that has any; one look into the index for each. */
    Map<Long, Long> newest(Collection<Long> rollouts) {
        Map<Long, Long> newest = new HashMap<>();
        jdbc.sql("""
                SELECT asked.rollout, last.seq
                  FROM unnest(:rollouts::bigint[]) AS asked (rollout),
                       LATERAL (SELECT max(seq) AS seq FROM rollout_event WHERE rollout = asked.rollout) last
                 WHERE last.seq IS NOT NULL
                """).param("rollouts", rollouts.toArray(Long[]::new))
                .query((ResultSet row) -> {
                    newest.put(row.getLong("rollout"), row.getLong("seq"));
                });
        return newest;
    }
}
