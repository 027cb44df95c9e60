package dev.rubicon.rehearsal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The rows of surveys. */
@Component
class SurveyRows {

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final Clock clock;

    SurveyRows(JdbcClient jdbc, JsonMapper json, Clock clock) {
        this.jdbc = jdbc;
        this.json = json;
        this.clock = clock;
    }

    /** @param targets in the order of the rollout */
    record Order(long rollout, String plan, int revision, EvidenceClass evidenceClass, List<String> targets) {}

    /** What was seen, with the rehearsals' states as they were then. */
    record Seen(List<Survey.Schema> schemas, List<Survey.Unread> unread) {

        static final Seen NOTHING = new Seen(List.of(), List.of());
    }

    record Row(Order order, Instant begunAt, @Nullable Instant endedAt, Seen seen) {}

    void insert(Order order) {
        jdbc.sql("""
                INSERT INTO rehearsal_survey (rollout, plan, revision, class, targets, begun_at)
                VALUES (?, ?, ?, ?, ?::jsonb, ?)
                """).params(order.rollout, order.plan, order.revision, order.evidenceClass.word(),
                json.writeValueAsString(order.targets), now()).update();
    }

    Optional<Row> find(long rollout) {
        return jdbc.sql("SELECT * FROM rehearsal_survey WHERE rollout = ?").param(rollout).query(this::row).optional();
    }

    void end(long rollout, Seen seen) {
        jdbc.sql("UPDATE rehearsal_survey SET ended_at = ?, seen = ?::jsonb WHERE rollout = ?")
                .params(now(), json.writeValueAsString(seen), rollout).update();
    }

    private Row row(ResultSet row, int number) throws SQLException {
        Timestamp ended = row.getTimestamp("ended_at");
        String seen = row.getString("seen");
        return new Row(new Order(row.getLong("rollout"), row.getString("plan"), row.getInt("revision"),
                EvidenceClass.of(row.getString("class")), json.readValue(row.getString("targets"),
                        new TypeReference<List<String>>() {
                        })),
                row.getTimestamp("begun_at").toInstant(), ended == null ? null : ended.toInstant(),
                seen == null ? Seen.NOTHING : json.readValue(seen, Seen.class));
    }

    private Timestamp now() {
        return Timestamp.from(clock.instant());
    }
}
