package dev.rubicon.web;

import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The table {@code idempotent_answer}: first answers, kept for 24 hours. */
@Repository
class IdempotentAnswers {

    private static final Duration KEPT = Duration.ofHours(24);
    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {
    };

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Clock clock;

    IdempotentAnswers(JdbcClient jdbc, JsonMapper json, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    /** @param requestHash of everything that makes the request the same */
    @SuppressWarnings("ArrayRecordComponent") // goes from a column to the wire
    record Answer(byte[] requestHash, int status, Map<String, String> headers, byte[] body) {
        boolean isTo(byte[] otherRequest) {
            return MessageDigest.isEqual(requestHash, otherRequest);
        }
    }

    /**
     * Takes the key for this transaction. A second request with it waits here for the end of the first (for at most 30 s),
     * and then either finds its answer or, when the first failed, has the key itself. The lock is no row: this transaction
     * may wait for a target, and one that has written keeps the audit trail from being linked until it ends.
     *
     * @return the answer that is kept for the key
     */
    Optional<Answer> take(String actor, String key) {
        jdbc.sql("SELECT set_config('lock_timeout', '30s', true)").query(String.class).single();
        jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))").param(actor + "\n" + key)
                .query((row, number) -> row.getRow()).single();
        jdbc.sql("SELECT set_config('lock_timeout', '0', true)").query(String.class).single();
        return jdbc.sql("SELECT * FROM idempotent_answer WHERE actor = ? AND key = ? AND at >= ?")
                .params(actor, key, now().minus(KEPT)).query(this::answer).optional();
    }

    /** Keeps the answer for this transaction's key, in place of one that has expired. */
    void keep(String actor, String key, Answer answer) {
        jdbc.sql("""
                INSERT INTO idempotent_answer (actor, key, request_hash, status, headers, body, at)
                VALUES (?, ?, ?, ?, ?::jsonb, ?, ?)
                ON CONFLICT (actor, key) DO UPDATE SET request_hash = excluded.request_hash, status = excluded.status,
                       headers = excluded.headers, body = excluded.body, at = excluded.at
                """).params(actor, key, answer.requestHash(), answer.status(),
                json.writeValueAsString(answer.headers()), answer.body(), now()).update();
    }

    @Scheduled(fixedDelay = 3_600_000)
    void sweep() {
        jdbc.sql("DELETE FROM idempotent_answer WHERE at < ?").param(now().minus(KEPT)).update();
    }

    private Answer answer(ResultSet row, int number) throws SQLException {
        return new Answer(row.getBytes("request_hash"), row.getInt("status"),
                json.readValue(row.getString("headers"), HEADERS), row.getBytes("body"));
    }

    private OffsetDateTime now() {
        return OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
