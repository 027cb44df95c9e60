package dev.rubicon.audit;

import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
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

    private final JdbcClient jdbc;
    private final JsonMapper json;

    AuditRows(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    List<AuditEntry> newest(Actor reader, AuditFilter filter, long before, int limit) {
        return bind(before(filter) + " LIMIT :limit", reader, filter).param("before", before)
                .param("limit", limit).query(this::entry).list();
    }

    /**
     * The entries of one actor or action are a piece of an index, in the same order; said like this, because the server takes
     * any value for one that it meets soon, and looks for a rare one through all entries from the newest on.
     */
    private static String before(AuditFilter filter) {
        String column = filter.actor() != null ? "actor" : filter.action() != null ? "action" : null;
        return filter.subjectId() != null || column == null
                ? "AND id < :before ORDER BY id DESC"
                : "AND %1$s >= :%1$s AND (%1$s, id) < (:%1$s, :before) ORDER BY %1$s DESC, id DESC".formatted(column);
    }

    /** Reads by a cursor in pieces; needs the caller's transaction for it. */
    void each(Actor reader, AuditFilter filter, Consumer<AuditEntry> to) {
        RowCallbackHandler each = row -> to.accept(entry(row, 0));
        bind("ORDER BY id", reader, filter).withFetchSize(500).query(each);
    }

    /**
     * Only conditions that are asked for stand in the text: the server plans a statement that was asked often for parameters
     * it does not look at, and one with "or all" for each of them finds nothing by an index.
     */
    private JdbcClient.StatementSpec bind(String order, Actor reader, AuditFilter filter) {
        List<String> conditions = new ArrayList<>(List.of("true"));
        Map<String, Object> params = new HashMap<>();
        if (!reader.may(Permission.READ_AUDIT, Actor.EVERYWHERE)) {
            conditions.add("(environment IS NULL OR environment = ANY (:environments))");
            params.put("environments", reader.grants().keySet().stream()
                    .filter(environment -> reader.may(Permission.READ_AUDIT, environment)).toArray(String[]::new));
        }
        BiConsumer<String, @Nullable Object> asked = (condition, value) -> {
            if (value != null) {
                conditions.add(condition);
                params.put(condition.substring(condition.indexOf(':') + 1), value);
            }
        };
        asked.accept("actor = :actor", filter.actor());
        asked.accept("action = :action", filter.action());
        asked.accept("subject_type = :subjectType", filter.subjectType());
        asked.accept("subject_id = :subjectId", filter.subjectId());
        asked.accept("environment = :environment", filter.environment());
        asked.accept("at >= :since", utc(filter.since()));
        asked.accept("at < :until", utc(filter.until()));
        return jdbc.sql("SELECT *, details::text AS details_text FROM audit_entry WHERE "
                + String.join(" AND ", conditions) + "\n" + order).params(params);
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
