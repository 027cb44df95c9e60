package dev.rubicon.registry;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The table {@code target}. */
@Repository
class TargetRows {

    private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {
    };

    private static final String SELECT = """
            SELECT t.*, e.position FROM target t JOIN environment e ON e.name = t.environment
            """;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    TargetRows(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Where a target's password is: sealed here, behind a reference, or nowhere. */
    record Password(Keyring.@Nullable Sealed sealed, @Nullable String reference) {

        static final Password NONE = new Password(null, null);

        boolean isNone() {
            return sealed == null && reference == null;
        }

        String source() {
            return sealed != null ? "stored" : reference != null ? reference : "none";
        }
    }

    record Row(Target target, Password password, int position) {}

    Optional<Row> find(String name) {
        return jdbc.sql(SELECT + "WHERE t.name = ?").param(name).query(this::row).optional();
    }

    /** The database that each of these is, of those where that is known. */
    Map<String, TargetIdentity> identities(Collection<String> names) {
        Map<String, TargetIdentity> found = new HashMap<>();
        jdbc.sql("SELECT name, identity FROM target WHERE name = ANY(:names::text[]) AND identity IS NOT NULL")
                .param("names", names.toArray(String[]::new)).query((ResultSet row) -> {
                    found.put(row.getString("name"),
                            json.readValue(row.getString("identity"), TargetIdentity.class));
                });
        return found;
    }

    /** Locks the row until the transaction ends. */
    Optional<Row> lock(String name) {
        return jdbc.sql(SELECT + "WHERE t.name = ? FOR UPDATE OF t").param(name).query(this::row).optional();
    }

    /** By the environments' order and name, behind a place, of these environments, with all these labels. */
    List<Row> after(int position, String name, Collection<String> environments, Map<String, String> labels,
            int limit) {
        return jdbc.sql(SELECT + """
                WHERE t.environment = ANY (?) AND t.labels @> ?::jsonb AND (e.position, t.name) > (?, ?)
                ORDER BY e.position, t.name LIMIT ?
                """).params(environments.toArray(String[]::new), json.writeValueAsString(labels), position, name,
                limit).query(this::row).list();
    }

    /** @return false when the name is taken */
    boolean insert(Target target, Password password) {
        return bind("""
                INSERT INTO target (name, engine, environment, labels, url, username, password_cipher, password_key,
                                    password_ref, settings, identity, last_check, registered_at)
                VALUES (:name, :engine, :environment, :labels::jsonb, :url, :username, :cipher, :key, :reference,
                        :settings::jsonb, :identity::jsonb, :check::jsonb, :registered) ON CONFLICT DO NOTHING
                """, target, password).param("engine", target.engine().wireName())
                .param("registered", OffsetDateTime.ofInstant(target.registeredAt(), ZoneOffset.UTC)).update() == 1;
    }

    void update(Target target, Password password) {
        bind("""
                UPDATE target SET environment = :environment, labels = :labels::jsonb, url = :url,
                       username = :username, password_cipher = :cipher, password_key = :key,
                       password_ref = :reference, settings = :settings::jsonb, identity = :identity::jsonb,
                       last_check = :check::jsonb, version = version + 1
                WHERE name = :name
                """, target, password).update();
    }

    private JdbcClient.StatementSpec bind(String sql, Target target, Password password) {
        Keyring.Sealed sealed = password.sealed();
        return jdbc.sql(sql).param("name", target.name()).param("environment", target.environment())
                .param("labels", json.writeValueAsString(target.labels())).param("url", target.url())
                .param("username", target.username()).param("cipher", sealed == null ? null : sealed.text())
                .param("key", sealed == null ? null : sealed.keyId()).param("reference", password.reference())
                .param("settings", json.writeValueAsString(target.settings()))
                .param("identity", jsonOrNull(target.identity())).param("check", jsonOrNull(target.lastCheck()));
    }

    void delete(String name) {
        jdbc.sql("DELETE FROM target WHERE name = ?").param(name).update();
    }

    /** Names of the targets whose password is stored here, in order. */
    List<String> withStoredPassword() {
        return jdbc.sql("SELECT name FROM target WHERE password_cipher IS NOT NULL ORDER BY name")
                .query((row, n) -> row.getString("name")).list();
    }

    /** Replaces a sealed password by itself under another key: no change that anybody sees. */
    void reseal(String name, Keyring.Sealed sealed) {
        jdbc.sql("UPDATE target SET password_cipher = ?, password_key = ? WHERE name = ?")
                .params(sealed.text(), sealed.keyId(), name).update();
    }

    private Row row(ResultSet rows, int number) throws SQLException {
        byte[] text = rows.getBytes("password_cipher");
        Password password = new Password(
                text == null ? null : new Keyring.Sealed(rows.getString("password_key"), text),
                rows.getString("password_ref"));
        Instant registered = rows.getObject("registered_at", OffsetDateTime.class).toInstant();
        Target target = new Target(rows.getString("name"), EngineKind.of(rows.getString("engine")),
                rows.getString("environment"), json.readValue(rows.getString("labels"), TEXTS), rows.getString("url"),
                rows.getString("username"), password.source(), json.readValue(rows.getString("settings"), TEXTS),
                read(rows.getString("identity"), TargetIdentity.class),
                read(rows.getString("last_check"), TargetCheck.class), registered, rows.getLong("version"));
        return new Row(target, password, rows.getInt("position"));
    }

    private <T> @Nullable T read(@Nullable String text, Class<T> type) {
        return text == null ? null : json.readValue(text, type);
    }

    private @Nullable String jsonOrNull(@Nullable Object value) {
        return value == null ? null : json.writeValueAsString(value);
    }
}
