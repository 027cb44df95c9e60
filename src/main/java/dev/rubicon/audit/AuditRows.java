package dev.rubicon.audit;

import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Reading the table {@code audit_entry}. */
@Repository
class AuditRows {

    private static final TypeReference<Map<String, Object>> DETAILS = new TypeReference<>() {
    };

    private static final String SELECT = """
            SELECT *, details::text AS details_text FROM audit_entry
            WHERE (environment IS NULL OR :everywhere OR environment = ANY (:environments))
              AND (:actor::text IS NULL OR actor = :actor)
              AND (:action::text IS NULL OR action = :action)
              AND (:subjectType::text IS NULL OR subject_type = :subjectType)
              AND (:subjectId::text IS NULL OR subject_id = :subjectId)
              AND (:environment::text IS NULL OR environment = :environment)
              AND (:since::timestamptz IS NULL OR at >= :since)
              AND (:until::timestamptz IS NULL OR at < :until)
            """;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    AuditRows(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    List<AuditEntry> newest(Actor reader, AuditFilter filter, long before, int limit) {
        return bind(SELECT + "AND id < :before ORDER BY id DESC LIMIT :limit", reader, filter).param("before", before)
                .param("limit", limit).query(this::entry).list();
    }

    /** Reads by a cursor in pieces; needs the caller's transaction for it. */
    void each(Actor reader, AuditFilter filter, Consumer<AuditEntry> to) {
        RowCallbackHandler each = row -> to.accept(entry(row, 0));
        bind(SELECT + "ORDER BY id", reader, filter).withFetchSize(500).query(each);
    }

    private JdbcClient.StatementSpec bind(String sql, Actor reader, AuditFilter filter) {
        return jdbc.sql(sql).param("everywhere", reader.may(Permission.READ_AUDIT, Actor.EVERYWHERE))
                .param("environments",
                        reader.grants().keySet().stream()
                                .filter(environment -> reader.may(Permission.READ_AUDIT, environment))
                                .toArray(String[]::new))
                .param("actor", filter.actor()).param("action", filter.action())
                .param("subjectType", filter.subjectType()).param("subjectId", filter.subjectId())
                .param("environment", filter.environment()).param("since", utc(filter.since()))
                .param("until", utc(filter.until()));
    }

    private AuditEntry entry(ResultSet row, int number) throws SQLException {
        byte[] hash = row.getBytes("hash");
        return new AuditEntry(row.getLong("id"), row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getString("actor"), row.getString("token"), row.getString("action"),
                new Subject(row.getString("subject_type"), row.getString("subject_id"), row.getString("environment")),
                json.readValue(row.getString("details_text"), DETAILS), row.getObject("link", Long.class),
                hash == null ? null : HexFormat.of().formatHex(hash));
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
    }
}
