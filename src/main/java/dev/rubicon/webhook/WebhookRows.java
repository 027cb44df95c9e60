package dev.rubicon.webhook;

import dev.rubicon.registry.Sealing;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** The table {@code webhook}. */
@Repository
class WebhookRows {

    private final JdbcClient jdbc;

    WebhookRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** A webhook with what signs for it. */
    record Row(Webhook webhook, Sealing.Sealed secret) {}

    void insert(Webhook webhook, Sealing.Sealed secret) {
        jdbc.sql("""
                INSERT INTO webhook (id, name, url, events, environments, secret_cipher, secret_key, created_by,
                                     created_at)
                VALUES (:id, :name, :url, :events, :environments, :cipher, :key, :by, :at)
                """).param("id", webhook.id()).param("name", webhook.name()).param("url", webhook.url())
                .param("events", webhook.events().stream().map(EventType::wireName).toArray(String[]::new))
                .param("environments", webhook.environments().toArray(String[]::new))
                .param("cipher", secret.text()).param("key", secret.keyId()).param("by", webhook.createdBy())
                .param("at", Timestamp.from(webhook.createdAt())).update();
    }

    Optional<Row> find(UUID id) {
        return jdbc.sql("SELECT * FROM webhook WHERE id = ?").param(id).query(WebhookRows::row).optional();
    }

    List<Row> all() {
        return jdbc.sql("SELECT * FROM webhook ORDER BY name").query(WebhookRows::row).list();
    }

    /**
     * Those that are told of such an event, there, until the transaction ends. FOR KEY SHARE is the lock that the foreign key
     * of each delivery takes anyway, held together by any number of transactions; only a deletion waits for it. One that is
     * being deleted is left out: waiting for it would end in an error, and take the rollout's transaction along.
     */
    List<UUID> toldOf(EventType type, String environment) {
        return jdbc.sql("""
                SELECT id FROM webhook
                 WHERE ? = ANY (events) AND (environments = '{}' OR ? = ANY (environments))
                 ORDER BY id FOR KEY SHARE SKIP LOCKED
                """).params(type.wireName(), environment)
                .query((row, number) -> row.getObject("id", UUID.class)).list();
    }

    /** Whether it is there and stays until the transaction ends; the lock as above. */
    boolean isHeld(UUID id) {
        return jdbc.sql("SELECT 1 FROM webhook WHERE id = ? FOR KEY SHARE SKIP LOCKED").param(id)
                .query(Integer.class).optional().isPresent();
    }

    void reseal(UUID id, Sealing.Sealed secret) {
        jdbc.sql("UPDATE webhook SET secret_cipher = ?, secret_key = ? WHERE id = ?")
                .params(secret.text(), secret.keyId(), id).update();
    }

    /** Takes its deliveries along; their tasks find nothing and end. */
    boolean delete(UUID id) {
        return jdbc.sql("DELETE FROM webhook WHERE id = ?").param(id).update() == 1;
    }

    private static Row row(ResultSet row, int number) throws SQLException {
        Webhook webhook = new Webhook(row.getObject("id", UUID.class), row.getString("name"), row.getString("url"),
                texts(row.getArray("events")).stream().flatMap(word -> EventType.find(word).stream()).toList(),
                texts(row.getArray("environments")), row.getString("created_by"),
                row.getTimestamp("created_at").toInstant());
        return new Row(webhook, new Sealing.Sealed(row.getString("secret_key"), row.getBytes("secret_cipher")));
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }
}
