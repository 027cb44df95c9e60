package dev.rubicon.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.ApiClient;
import dev.rubicon.testing.RubiconTest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
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

@RubiconTest
class SessionTest {

    private static final String PASSWORD = "a good password";
    private static final Pattern TOKEN = Pattern.compile("name=\"_csrf\"[^>]*value=\"([^\"]+)\"");

    @LocalServerPort
    int port;
    @Autowired
    Accounts accounts;
    @Autowired
    JdbcClient jdbc;

    private final String name = "s-" + UUID.randomUUID();

    @BeforeEach
    void makeAPerson() {
        accounts.seed(name, "", PASSWORD, Map.of("staging", Set.of(Role.ADMIN)));
    }

    @Test
    void sendsPagesToSignInAndShowsTheFormWithStrictHeaders() {
        var page = ApiClient.on(port).get("/somewhere");
        assertThat(page.status()).isEqualTo(302);
        assertThat(page.header("Location")).endsWith("/login");

        var form = ApiClient.on(port).get("/login");
        assertThat(form.status()).isEqualTo(200);
        assertThat(form.body()).contains("name=\"username\"").contains("name=\"_csrf\"").doesNotContain("Demo");
        assertThat(form.header("Content-Security-Policy")).contains("default-src 'self'")
                .contains("frame-ancestors 'none'").doesNotContain("unsafe-inline");
        assertThat(form.header("Referrer-Policy")).isEqualTo("same-origin");
        assertThat(form.header("X-Content-Type-Options")).isEqualTo("nosniff");
    }

    @Test
    void signsInAndOutWithAFreshSessionEachTime() {
        var before = ApiClient.on(port).get("/login");
        var client = ApiClient.on(port).with("Cookie", cookie(before)).with("Content-Type",
                "application/x-www-form-urlencoded");
        assertThat(client.post("/login", form("wrong", csrf(before))).header("Location")).endsWith("/login?failed");
        assertThat(client.post("/login", form(PASSWORD, "forged")).status()).isEqualTo(403);

        var signedIn = client.post("/login", form(PASSWORD, csrf(before)));
        assertThat(signedIn.status()).isEqualTo(302);
        assertThat(cookie(signedIn)).isNotEqualTo(cookie(before));
        assertThat(signedIn.header("Set-Cookie")).contains("HttpOnly").contains("SameSite=Lax");
        var session = ApiClient.on(port).with("Cookie", cookie(signedIn));
        assertThat(session.get("/api/v1/me").json().path("name").asString()).isEqualTo(name);

        String token = csrf(session.get("/login"));
        assertThat(session.get("/logout").status()).isNotEqualTo(200);
        assertThat(session.get("/api/v1/me").status()).isEqualTo(200);
        var out = session.with("Content-Type", "application/x-www-form-urlencoded").post("/logout",
                "_csrf=" + encoded(token));
        assertThat(out.header("Location")).endsWith("/login?signed-out");
        assertThat(session.get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void demandsTheCsrfTokenOfCallsThatRestOnTheCookie() {
        var session = session();
        String body = "{\"name\":\"t-%s\",\"engine\":\"postgresql\",\"environment\":\"staging\",\"url\":\"jdbc:postgresql://h/d\"}"
                .formatted(UUID.randomUUID());

        var without = session.post("/api/v1/targets", body);
        assertThat(without.status()).isEqualTo(403);
        assertThat(without.json().path("detail").asString()).contains("CSRF");
        String token = csrf(session.get("/login"));
        assertThat(session.with("X-CSRF-TOKEN", token).post("/api/v1/targets", body).status()).isEqualTo(201);
    }

    @Test
    void letsNoSessionStepInForBadCredentials() {
        assertThat(session().bearer("rbc_nonsense").get("/api/v1/me").status()).isEqualTo(401);
        assertThat(session().with("Authorization", "Nonsense").post("/api/v1/audit/verifications", "{}").status())
                .isEqualTo(401);
    }

    @Test
    void readsRolesAnewForEachRequestOfASession() {
        var session = session();
        assertThat(session.get("/api/v1/environments/staging").status()).isEqualTo(200);

        jdbc.sql("DELETE FROM account_role WHERE account = ?").param(name).update();
        assertThat(session.get("/api/v1/environments/staging").status()).isEqualTo(404);
        assertThat(session.get("/api/v1/me").status()).isEqualTo(200);
        jdbc.sql("UPDATE account SET disabled = true WHERE name = ?").param(name).update();
        assertThat(session.get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void endsSessionsWithThePasswordTheyBeganUnder() {
        var session = session();
        jdbc.sql("UPDATE account SET credentials = credentials + 1 WHERE name = ?").param(name).update();

        assertThat(session.get("/api/v1/me").status()).isEqualTo(401);
    }

    @Test
    void takesASessionThatThisVersionCannotReadForNone() {
        var session = session();
        assertThat(jdbc.sql("UPDATE spring_session_attributes SET attribute_bytes = '\\xaced0005' "
                + "WHERE attribute_name = 'rubicon.signed-in'").update()).isPositive();

        assertThat(session.get("/api/v1/me").status()).isEqualTo(401);
        var page = session.get("/rollouts");
        assertThat(page.status()).isEqualTo(302);
        assertThat(page.header("Location")).endsWith("/login");
    }

    @Test
    void keepsNoSessionForCallsWithCredentials() {
        ApiClient.on(port).as(name, PASSWORD).get("/api/v1/me");
        var session = session();
        int before = sessions();

        var answer = ApiClient.on(port).as(name, PASSWORD).get("/api/v1/me");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Set-Cookie")).isEmpty();
        assertThat(sessions()).isEqualTo(before);
        assertThat(session.get("/api/v1/me").status()).isEqualTo(200);
    }

    @Test
    void goesOnAfterSigningInWhereTheReaderWanted() {
        var wanted = ApiClient.on(port).get("/plans?state=open");
        var visitor = ApiClient.on(port).with("Cookie", cookie(wanted));
        var signedIn = visitor.with("Content-Type", "application/x-www-form-urlencoded").post("/login",
                form(PASSWORD, csrf(visitor.get("/login"))));

        assertThat(signedIn.header("Location")).contains("/plans?state=open");
    }

    private int sessions() {
        return jdbc.sql("SELECT count(*) FROM spring_session").query(Integer.class).single();
    }

    private ApiClient session() {
        var before = ApiClient.on(port).get("/login");
        var signedIn = ApiClient.on(port).with("Cookie", cookie(before))
                .with("Content-Type", "application/x-www-form-urlencoded")
                .post("/login", form(PASSWORD, csrf(before)));
        return ApiClient.on(port).with("Cookie", cookie(signedIn));
    }

    private String form(String password, String token) {
        return "username=" + encoded(name) + "&password=" + encoded(password) + "&_csrf=" + encoded(token);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String csrf(ApiClient.Answer page) {
        Matcher token = TOKEN.matcher(page.body());
        assertThat(token.find()).isTrue();
        return token.group(1);
    }

    private static String cookie(ApiClient.Answer answer) {
        return answer.header("Set-Cookie").replaceAll(";.*", "");
    }
}
