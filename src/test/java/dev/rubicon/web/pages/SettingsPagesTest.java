package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.security.Account;
import dev.rubicon.security.Accounts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.testing.ApiClient;
import dev.rubicon.testing.PageClient;
import dev.rubicon.testing.RubiconTest;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The settings as a person without scripts uses them, over the real doors. */
@RubiconTest
class SettingsPagesTest {

    private static final String PASSWORD = "a good password";
    private static final Pattern VERSION = Pattern.compile("name=\"version\" value=\"(\\d+)\"");

    @LocalServerPort
    int port;
    @Autowired
    Accounts accounts;
    @Autowired
    JdbcClient jdbc;

    private PageClient admin;
    private String root;

    @BeforeEach
    void signIn() {
        root = person(Map.of(Actor.EVERYWHERE, EnumSet.allOf(Role.class)));
        admin = as(root);
    }

    @Test
    void changesAnEnvironmentInPlainFields() {
        String name = environment();
        String path = "/settings/environments/" + name;

        var answer = admin.post(path, Map.ofEntries(Map.entry("version", "0"),
                Map.entry("position", position(name)), Map.entry("approvals.normal", "1"),
                Map.entry("approvals.highRisk", "2"), Map.entry("approvals.river", "3"),
                Map.entry("windows", "Mon-Fri, Sun 22:00-06:00 Europe/Berlin\r\nSat 8:00-12:30 UTC"),
                Map.entry("stallBudget", "250ms"), Map.entry("patience", "1h"),
                Map.entry("connectionsPerServer", "7"), Map.entry("holderActions", "true"),
                Map.entry("rehearsal.class", "synthetic rows"), Map.entry("rehearsal.maxAge", "7d"),
                Map.entry("drift.interval", "30m"), Map.entry("drift.ignore", "index public.tmp_*"),
                Map.entry("drills.every", "off"), Map.entry("drills.until", "60d")));

        assertThat(answer.status()).isEqualTo(302);
        var policy = api().get("/api/v1/environments/" + name).json().path("policy");
        assertThat(policy.path("approvals").path("river").asInt()).isEqualTo(3);
        assertThat(policy.path("windows").size()).isEqualTo(2);
        assertThat(policy.path("windows").path(0).path("days").size()).isEqualTo(6);
        assertThat(policy.path("windows").path(1).path("from").asString()).startsWith("08:00");
        assertThat(policy.path("stallBudget").asString()).isEqualTo("250ms");
        assertThat(policy.path("rehearsal").path("maxAge").asString()).isEqualTo("7d");
        assertThat(policy.path("drift").path("ignore").path(0).asString()).isEqualTo("index public.tmp_*");
        assertThat(policy.path("drills").path("on").asBoolean(true)).isFalse();
        assertThat(policy.path("drills").path("until").asString()).isEqualTo("60d");
        assertThat(admin.get(path).body()).contains("when somebody asks")
                .contains("Mon-Fri, Sun 22:00-06:00 Europe/Berlin (over midnight)")
                .contains("on synthetic rows, at most 7d old").contains("operators may cancel or end its session");
    }

    @Test
    void tellsEachFieldWhatIsWrongWithItAndKeepsWhatWasTyped() {
        String name = environment();

        var answer = admin.post("/settings/environments/" + name, Map.of("version", "0", "position", "first",
                "approvals.normal", "1", "approvals.highRisk", "1", "approvals.river", "1", "windows",
                "on Sundays", "stallBudget", "quickly", "patience", "10m", "connectionsPerServer", "20"));

        assertThat(answer.status()).isEqualTo(422);
        assertThat(answer.body()).contains("&#39;first&#39; is not a whole number")
                .contains("&#39;quickly&#39; is not a duration").contains("&#39;on Sundays&#39; is not a window")
                .contains("value=\"quickly\"").contains("aria-invalid=\"true\"");
    }

    @Test
    void explainsAStaleEnvironmentFormAndLosesNothing() {
        String name = environment();
        String path = "/settings/environments/" + name;
        Map<String, String> mine = Map.of("version", "0", "position", position(name), "approvals.normal", "1",
                "approvals.highRisk", "1", "approvals.river", "1", "stallBudget", "300ms", "patience", "10m",
                "connectionsPerServer", "20");
        assertThat(admin.post(path, with(mine, "stallBudget", "50ms")).status()).isEqualTo(302);

        var refused = admin.post(path, mine);

        assertThat(refused.status()).isEqualTo(412);
        assertThat(refused.body()).contains("Somebody else changed this while the form was open")
                .contains("value=\"300ms\"").contains("Set now: 50ms.").contains("name=\"version\" value=\"1\"");
        assertThat(admin.post(path, with(mine, "version", "1")).status()).isEqualTo(302);
        assertThat(api().get("/api/v1/environments/" + name).json().path("policy").path("stallBudget").asString())
                .isEqualTo("300ms");
    }

    @Test
    void addsAnEnvironmentButNeverOverOneThatIsThere() {
        String name = environment();

        var again = admin.post("/settings/environments", Map.of("name", name, "position", "4321"));

        assertThat(again.status()).isEqualTo(409);
        assertThat(again.body()).contains("already").contains("value=\"4321\"");
        assertThat(admin.post("/settings/environments/nowhere-" + name,
                Map.of("version", "0", "position", "4322")).status()).isEqualTo(404);
    }

    @Test
    void showsWithoutAButtonWhatOneMayNotChangeAndNothingOfWhatOneMayNotSee() {
        PageClient viewer = as(person(Map.of("staging", Set.of(Role.VIEWER))));

        assertThat(viewer.get("/settings").body()).contains("Environments").doesNotContain("href=\"/settings/users\"");
        assertThat(viewer.get("/settings/environments").body()).contains("staging").doesNotContain("production")
                .doesNotContain("Add an environment");
        assertThat(viewer.get("/settings/environments/staging").body()).contains("Stall budget")
                .contains("Its administrators see that").doesNotContain("name=\"version\"");
        assertThat(viewer.get("/settings/environments/production").status()).isEqualTo(404);
        assertThat(viewer.get("/settings/users").status()).isEqualTo(404);
        assertThat(viewer.get("/settings/users/" + root).status()).isEqualTo(404);
        assertThat(viewer.get("/settings/freeze-windows").body()).contains("In force now")
                .doesNotContain("Set a freeze");
        assertThat(viewer.post("/settings/environments/staging", Map.of("version", "0", "position", "2",
                "approvals.normal", "0", "approvals.highRisk", "0", "approvals.river", "0", "stallBudget", "100ms",
                "patience", "10m", "connectionsPerServer", "20")).status()).isEqualTo(403);
        assertThat(viewer.post("/settings/freeze-windows",
                Map.of("environment", "staging", "endsAt", "2999-01-01T00:00", "reason", "no")).status())
                .isEqualTo(403);
        assertThat(viewer.post("/settings/users", Map.of("name", "x", "password", PASSWORD)).status())
                .isIn(403, 404);
    }

    @Test
    void addsAPersonGivesRolesAndShutsThemOut() {
        String name = "sett-" + UUID.randomUUID();

        assertThat(admin.post("/settings/users", Map.of("name", name, "password", "short")).body())
                .contains("at least 10 characters").doesNotContain("value=\"short\"");
        assertThat(admin.post("/settings/users", Map.of("name", name, "fullName", "Sam", "password", PASSWORD))
                .header("Location")).endsWith("/settings/users/" + name);
        assertThat(admin.post("/settings/users/" + name, Map.of("version", "0", "fullName", "Sam", "open",
                "staging", "grant", "staging approver")).status()).isEqualTo(302);

        assertThat(accounts.find(name).map(Account::roles)).contains(Map.of("staging", Set.of(Role.APPROVER)));
        assertThat(admin.get("/settings/environments/staging").body()).contains(name);
        assertThat(admin.get("/settings/users/" + name).body()).doesNotContain(PASSWORD).doesNotContain("bcrypt");
        assertThat(admin.post("/settings/users/" + name + "/activity", Map.of("version", "1", "disabled", "true"))
                .status()).isEqualTo(302);
        assertThat(ApiClient.on(port).as(name, PASSWORD).get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void keepsTheRolesThatTheReaderMayNotGive() {
        String name = person(Map.of("production", Set.of(Role.OPERATOR), "staging", Set.of(Role.VIEWER)));
        PageClient local = as(person(Map.of("staging", Set.of(Role.ADMIN), "production", Set.of(Role.VIEWER))));

        assertThat(local.get("/settings/users/" + name).body()).contains("production");
        assertThat(local
                .post("/settings/users/" + name, Map.of("version", "0", "open", "staging", "grant", "staging author"))
                .status())
                .isEqualTo(302);

        assertThat(accounts.find(name).map(Account::roles)).contains(
                Map.of("production", Set.of(Role.OPERATOR), "staging", Set.of(Role.AUTHOR)));
    }

    @Test
    void showsNoRolesOfEnvironmentsThatTheReaderMayNotKnow() {
        String somebody = person(Map.of("staging", Set.of(Role.VIEWER), "production", Set.of(Role.OPERATOR)));
        PageClient local = as(person(Map.of("staging", Set.of(Role.ADMIN))));

        assertThat(local.get("/settings/users").body()).contains("viewer in staging").doesNotContain("production");
        assertThat(local.get("/settings/users/" + somebody).body()).contains("staging").doesNotContain("production");
        assertThat(local.post("/settings/users/" + somebody, Map.of("version", "0", "open", "staging", "grant",
                "staging author")).status()).isEqualTo(302);
        assertThat(accounts.find(somebody).map(Account::roles)).contains(
                Map.of("production", Set.of(Role.OPERATOR), "staging", Set.of(Role.AUTHOR)));
    }

    /** The browser sends nothing of boxes that were shut; the reader may have been given the right since. */
    @Test
    void takesNoRoleAwayWhoseBoxesWereShutWhenTheFormWasOpened() {
        String name = person(Map.of("production", Set.of(Role.OPERATOR), "staging", Set.of(Role.VIEWER)));

        assertThat(admin.post("/settings/users/" + name, Map.of("version", "0", "open", "staging", "grant",
                "staging author")).status()).isEqualTo(302);

        assertThat(accounts.find(name).map(Account::roles)).contains(
                Map.of("production", Set.of(Role.OPERATOR), "staging", Set.of(Role.AUTHOR)));
    }

    @Test
    void explainsAStaleFormOfRoles() {
        String name = person(Map.of("staging", Set.of(Role.VIEWER)));
        String path = "/settings/users/" + name;
        assertThat(
                admin.post(path, Map.of("version", "0", "fullName", "", "open", "staging", "grant", "staging author"))
                        .status())
                .isEqualTo(302);

        var refused = admin.post(path,
                Map.of("version", "0", "fullName", "", "open", "staging", "grant", "staging operator"));

        assertThat(refused.status()).isEqualTo(412);
        assertThat(refused.body()).contains("Set now: author.")
                .containsPattern("value=\"staging operator\"[^>]*checked");
    }

    @Test
    void changesOnesOwnPasswordWithThePresentOne() {
        String name = person(Map.of("staging", Set.of(Role.VIEWER)));
        PageClient own = as(name);
        String path = "/settings/users/" + name;
        String version = version(own.get(path).body());

        var wrong = own.post(path + "/password",
                Map.of("version", version, "currentPassword", "not it", "password", "another good one"));
        assertThat(wrong.status()).isEqualTo(422);
        assertThat(wrong.body()).contains("Your present password").doesNotContain("another good one");
        assertThat(own.post(path + "/password",
                Map.of("version", version, "currentPassword", PASSWORD, "password", "another good one")).status())
                .isEqualTo(302);
        assertThat(ApiClient.on(port).as(name, "another good one").get("/api/v1/me").status()).isEqualTo(200);
    }

    @Test
    void showsTheSecretOfATokenOnceAndRevokesIt() {
        var made = admin.post("/settings/tokens", Map.of("name", "ci/sett", "days", "30", "scope", "plans"));

        Matcher secret = Pattern.compile("rbc_[A-Za-z0-9_-]{43}").matcher(made.body());
        assertThat(secret.find()).isTrue();
        assertThat(made.header("Cache-Control")).contains("no-store");
        assertThat(ApiClient.on(port).bearer(secret.group()).get("/api/v1/me").status()).isEqualTo(200);
        String list = admin.get("/settings/tokens").body();
        assertThat(list).contains("ci/sett").doesNotContain(secret.group());
        assertThat(admin.post("/settings/tokens", Map.of("name", "ci/sett", "days", "30")).status()).isEqualTo(409);

        Matcher id = Pattern.compile("/settings/tokens/([0-9a-f-]{36})/revoke\"[^>]*>.*?Revoke ci/sett",
                Pattern.DOTALL).matcher(list);
        assertThat(id.find()).isTrue();
        String revoke = "/settings/tokens/" + id.group(1) + "/revoke";
        assertThat(admin.post(revoke, Map.of()).header("Location")).as("asks first").endsWith(revoke);
        assertThat(ApiClient.on(port).bearer(secret.group()).get("/api/v1/me").status()).isEqualTo(200);
        assertThat(admin.get(revoke).body()).contains("Revoke ci/sett").contains("cannot be undone")
                .contains("name=\"confirmed\"");
        assertThat(as(person(Map.of("staging", Set.of(Role.VIEWER)))).get(revoke).status()).isEqualTo(404);
        assertThat(admin.post(revoke, Map.of("confirmed", "true")).status()).isEqualTo(302);
        assertThat(ApiClient.on(port).bearer(secret.group()).get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void setsAFreezeAndLiftsIt() {
        String reason = "sett " + UUID.randomUUID();
        String name = environment();

        var refused = admin.post("/settings/freeze-windows",
                Map.of("environment", name, "endsAt", "tomorrow", "reason", reason));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body()).contains("is not a time").contains(reason);
        assertThat(admin.post("/settings/freeze-windows",
                Map.of("environment", name, "endsAt", "2999-12-24T18:00", "reason", reason)).status()).isEqualTo(302);

        long id = jdbc.sql("SELECT id FROM freeze_window WHERE reason = ?").param(reason).query(Long.class).single();
        assertThat(admin.get("/settings/freeze-windows").body()).contains(reason)
                .contains("24 Dec 2999, 18:00:00 UTC");
        String lift = "/settings/freeze-windows/" + id + "/lift";
        assertThat(admin.post(lift, Map.of("version", "0")).header("Location")).as("asks first").endsWith(lift);
        assertThat(admin.get(lift).body()).contains("Lift the freeze").contains(reason).contains("starts at once");
        assertThat(as(person(Map.of(name, Set.of(Role.VIEWER)))).get(lift).status()).isEqualTo(404);
        assertThat(jdbc.sql("SELECT count(*) FROM freeze_window WHERE id = ? AND ends_at > now()").param(id)
                .query(Integer.class).single()).isOne();
        assertThat(admin.post(lift, Map.of("version", "0", "confirmed", "true")).status()).isEqualTo(302);
        assertThat(jdbc.sql("SELECT count(*) FROM freeze_window WHERE id = ? AND ends_at > now()").param(id)
                .query(Integer.class).single()).isZero();
    }

    @Test
    void addsAWebhookShowsItsSecretOnceAndSendsAgain() {
        String name = "sett-" + UUID.randomUUID();
        var refused = admin.post("/settings/webhooks", Map.of("name", name, "url", "http://example.com/"));
        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.body()).contains("begins with https://").contains("told of one event at least")
                .contains("value=\"http://example.com/\"");

        var made = admin.post("/settings/webhooks",
                Map.of("name", name, "url", "https://localhost:1/", "event", "drift.found"));
        assertThat(made.status()).isEqualTo(200);
        assertThat(made.body()).containsPattern("whsec_[A-Za-z0-9_-]{43}");
        assertThat(made.header("Cache-Control")).contains("no-store");
        assertThat(admin.get("/settings/webhooks").body()).contains(name).doesNotContain("whsec_");
        String path = "/settings/webhooks/" + jdbc.sql("SELECT id FROM webhook WHERE name = ?").param(name)
                .query(UUID.class).single();
        assertThat(admin.post(path + "/ping", Map.of()).status()).isEqualTo(302);
        long delivery = jdbc.sql("SELECT max(id) FROM webhook_delivery").query(Long.class).single();
        assertThat(admin.get(path).body()).contains("Send again").contains("id=\"d-" + delivery + "\"");
        assertThat(admin.post(path + "/deliveries/" + delivery + "/redeliver", Map.of()).status()).isEqualTo(302);
        PageClient operator = as(person(Map.of(Actor.EVERYWHERE, Set.of(Role.OPERATOR))));
        assertThat(operator.get("/settings/webhooks").status()).isEqualTo(404);
        assertThat(operator.get(path).status()).isEqualTo(404);
        assertThat(admin.post(path + "/delete", Map.of()).status()).isEqualTo(302);
        assertThat(admin.get(path).status()).isEqualTo(404);
    }

    private String environment() {
        String name = "sett-" + UUID.randomUUID();
        int position = jdbc.sql("SELECT max(position) + 1 FROM environment").query(Integer.class).single();
        assertThat(admin.post("/settings/environments", Map.of("name", name, "position", "" + position))
                .header("Location")).endsWith("/settings/environments/" + name);
        return name;
    }

    private String position(String name) {
        return jdbc.sql("SELECT position FROM environment WHERE name = ?").param(name).query(String.class).single();
    }

    private static Map<String, String> with(Map<String, String> form, String name, String value) {
        Map<String, String> other = new java.util.HashMap<>(form);
        other.put(name, value);
        return other;
    }

    private static String version(String body) {
        Matcher version = VERSION.matcher(body);
        assertThat(version.find()).isTrue();
        return version.group(1);
    }

    private String person(Map<String, Set<Role>> roles) {
        String name = "sett-" + UUID.randomUUID();
        accounts.seed(name, "", PASSWORD, roles);
        return name;
    }

    private PageClient as(String name) {
        return PageClient.signedIn(port, name, PASSWORD);
    }

    private ApiClient api() {
        return ApiClient.on(port).as(root, PASSWORD);
    }
}
