package dev.rubicon.registry;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Sees that all nodes seal passwords with one key: its id stands in the control database. A node that has another one
 * would fail only at the first target whose password it opens, so it does not start.
 */
@Component
class SharedKey {

    private final JdbcClient jdbc;
    private final Keyring keyring;

    SharedKey(JdbcClient jdbc, Keyring keyring) {
        this.jdbc = jdbc;
        this.keyring = keyring;
    }

    /**
     * At start-up: this server's key becomes the one of all where there is none yet, or where it follows one that is still
     * here to open what it sealed.
     *
     * @throws OtherKey when the nodes seal with a key that is not here
     */
    void agree() {
        Optional<String> own = keyring.current();
        if (own.isPresent() && stored().isEmpty()) {
            store(own.get());
        }
        stored().ifPresent(id -> {
            if (!keyring.has(id)) {
                throw new OtherKey(id, own.orElse(null));
            }
            own.filter(mine -> !mine.equals(id)).ifPresent(mine -> follow(id, mine));
        });
    }

    /**
     * Seals a password with the key of all nodes.
     *
     * @throws OtherKey when another node has made its own since this one started
     */
    Keyring.Sealed seal(String target, String password) {
        String id = stored().orElseGet(() -> {
            store(keyring.currentOrNew());
            return stored().orElseThrow();
        });
        if (!keyring.has(id)) {
            throw new OtherKey(id, keyring.current().orElse(null));
        }
        return keyring.seal(target, password);
    }

    private Optional<String> stored() {
        return jdbc.sql("SELECT id FROM encryption_key").query(String.class).optional();
    }

    private void store(String id) {
        jdbc.sql("INSERT INTO encryption_key (id, since) VALUES (?, clock_timestamp()) ON CONFLICT DO NOTHING")
                .param(id)
                .update();
    }

    private void follow(String before, String id) {
        jdbc.sql("UPDATE encryption_key SET id = ?, since = clock_timestamp() WHERE id = ?").params(id, before)
                .update();
    }
}
