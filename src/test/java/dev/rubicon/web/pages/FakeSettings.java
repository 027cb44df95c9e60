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
import org.springframework.jdbc.core.simple.JdbcClient;

/** People, tokens and freeze windows for the pages to show: stored, as their doors are the real ones. */
class FakeSettings {

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
        windows.set(admin, new FreezeWindows.Freeze("production", Map.of("fleet", "eu"), null,
                now.plus(Duration.ofHours(7)),
                "The year is being closed: nobody changes what the books are drawn from"));
        windows.set(admin, new FreezeWindows.Freeze(null, Map.of(), now.plus(Duration.ofDays(20)),
                now.plus(Duration.ofDays(32)), "Holidays"));
    }
}
