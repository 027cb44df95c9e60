package dev.rubicon.web.pages;

import dev.rubicon.gate.FreezeWindows;
import dev.rubicon.security.Accounts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.NewToken;
import dev.rubicon.security.Role;
import dev.rubicon.security.Scope;
import dev.rubicon.security.Tokens;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** People, tokens and freeze windows for the pages to show: stored, as their doors are the real ones. */
class FakeSettings {

    /** One that has taken an event, has not taken another, and has been given up on a third. */
    static final UUID TOKEN = UUID.fromString("4b9d3a52-7d54-4f0e-9f0b-5d3c0f2a1e88");
    static final long FREEZE = 4711;
    static final UUID WEBHOOK = UUID.fromString("5e771465-0000-4000-8000-000000000001");

    private final Accounts accounts;
    private final Tokens tokens;
    private final FreezeWindows windows;
    private final JdbcClient jdbc;

    FakeSettings(Accounts accounts, Tokens tokens, FreezeWindows windows, JdbcClient jdbc) {
        this.jdbc = jdbc;
        this.accounts = accounts;
        this.tokens = tokens;
        this.windows = windows;
    }

    void arrive() {
        if (!accounts.seed("viewer", "Vera Viewer", "viewer of pages",
                Map.of("staging", Set.of(Role.VIEWER), "production", Set.of(Role.VIEWER)))) {
            return;
        }
        accounts.seed("approver", "Ada Approver, head of the database team", "approver of pages",
                Map.of(Actor.EVERYWHERE, Set.of(Role.APPROVER), "staging", Set.of(Role.AUTHOR, Role.OPERATOR)));
        Instant now = Instant.now();
        // the environments of this world are told, not stored; a window refers to a stored one
        jdbc.sql("INSERT INTO environment (name, position, policy) VALUES ('production', 1, '{}')").update();
        Actor admin = new Actor("admin", null, Map.of(Actor.EVERYWHERE, Set.of(Role.ADMIN, Role.OPERATOR)), Set.of());
        tokens.create(admin, new NewToken("ci/deploy", Set.of(Scope.PLANS, Scope.DEPLOYMENTS),
                now.plus(Duration.ofDays(40))));
        tokens.revoke(admin, tokens.create(admin,
                new NewToken("ci/backup", Set.of(Scope.BACKUPS), now.plus(Duration.ofDays(9)))).token().id());
        jdbc.sql("UPDATE api_token SET id = ? WHERE name = 'ci/deploy'").param(TOKEN).update();
        jdbc.sql("ALTER TABLE freeze_window ALTER COLUMN id RESTART WITH " + FREEZE).update();
        windows.set(admin, new FreezeWindows.Freeze("production", Map.of("fleet", "eu"), null,
                now.plus(Duration.ofHours(7)),
                "The year is being closed: nobody changes what the books are drawn from"));
        windows.set(admin, new FreezeWindows.Freeze(null, Map.of(), now.plus(Duration.ofDays(20)),
                now.plus(Duration.ofDays(32)), "Holidays"));
        hook();
    }

    private void hook() {
        jdbc.sql("""
                INSERT INTO webhook (id, name, url, events, secret_cipher, secret_key, created_by, created_at)
                VALUES (?, 'Chat of the database team', 'https://chat.example.com/hooks/databases',
                        '{rollout.state,phase.decision,drift.found}', '', '', 'admin', now())
                """).param(WEBHOOK).update();
        sent("rollout.state", "DELIVERED", 1, 200, "ok", null);
        sent("drift.found", "WAITING", 3, 503, "<h1>Service Unavailable</h1>", "it answered 503");
        sent("phase.decision", "DEAD", 19, null, null, "no answer within 10 s");
    }

    private void sent(String type, String state, int attempts, @Nullable Integer status, @Nullable String excerpt,
            @Nullable String fault) {
        jdbc.sql("""
                WITH e AS (INSERT INTO webhook_event (id, at, type, environment, data)
                           VALUES (gen_random_uuid(), now() - interval '1 hour', :type, 'production', '{}')
                           RETURNING sequence)
                INSERT INTO webhook_delivery (webhook, event, state, attempts, asked_at, tried_at, next_try_at, status,
                                              excerpt, fault)
                SELECT :webhook, e.sequence, :state, :attempts, now() - interval '1 hour', now() - interval '9 min',
                       CASE :state WHEN 'WAITING' THEN now() + interval '1 hour' END, :status, :excerpt, :fault FROM e
                """).param("webhook", WEBHOOK).param("type", type).param("state", state).param("attempts", attempts)
                .param("status", status, java.sql.Types.INTEGER).param("excerpt", excerpt, java.sql.Types.VARCHAR)
                .param("fault", fault, java.sql.Types.VARCHAR).update();
    }
}
