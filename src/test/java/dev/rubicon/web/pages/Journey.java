package dev.rubicon.web.pages;

import com.microsoft.playwright.assertions.PlaywrightAssertions;
import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.Requirement;
import dev.rubicon.testing.RubiconTest;
import dev.rubicon.testing.TestPostgres;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;

/**
 * People on their way through the dashboard, on a real server with real targets: all journeys share one server, each
 * class has a browser. What a journey is not about is prepared over REST.
 */
@RubiconTest
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class Journey {

    static final int PATIENCE_MS = 120_000;

    private static final TestPostgres.Database SHADOWS = TestPostgres.database();

    @DynamicPropertySource
    static void serverForShadows(DynamicPropertyRegistry registry) {
        registry.add("rubicon.rehearsal.url", SHADOWS::url);
        registry.add("rubicon.rehearsal.username", SHADOWS::user);
        registry.add("rubicon.rehearsal.password", SHADOWS::password);
    }

    @LocalServerPort
    int port;

    @Autowired
    Api api;

    private final List<Person> people = new ArrayList<>();
    private Browser browser;

    @BeforeAll
    void startTheBrowser() {
        Requirement.CHROMIUM.demand(getClass().getSimpleName());
        browser = Browser.start(portOfBrowser());
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MS);
    }

    @AfterAll
    void stopTheBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    @AfterEach
    void leave() {
        people.forEach(person -> {
            Assertions.assertThat(person.complaints()).isEmpty();
            person.leaves();
        });
        people.clear();
    }

    /** Where the browser finds the server. */
    int portOfBrowser() {
        return port;
    }

    /** Somebody with an account, at a browser of their own. */
    Person arrives(String name) {
        return arrived(browser.tab("", 1400, false), name);
    }

    /** The same, whose browser runs no scripts. */
    Person arrivesWithoutScripts(String name) {
        return arrived(browser.tabWithoutScripts(""), name);
    }

    private Person arrived(Browser.Tab tab, String name) {
        Person person = new Person(tab, name);
        people.add(person);
        return person.signsIn();
    }

    /** A step that adds a column, and goes back without a loss. */
    static String column(String name) {
        return """
                      - step: %1$s
                        sql: ALTER TABLE users ADD COLUMN %1$s int;
                        rollback: { sql: ALTER TABLE users DROP COLUMN %1$s, dataLoss: none }
                """.formatted(name);
    }

    /** A plan of one phase over a fleet. */
    static String plan(Fleet fleet, String title, String... steps) {
        return """
                plan: %s
                title: %s
                engine: postgresql
                phases:
                  - phase: expand
                    title: Expand
                    steps:
                %s""".formatted(fleet.plan(), title, String.join("", steps));
    }

    /** The author's plan, submitted and opened over the whole fleet. */
    long opened(Fleet fleet, String yaml) {
        fleet.submit(yaml);
        return fleet.open(fleet.plan(), Map.of("percent", 100)).path("id").asLong();
    }

    /** The same, for phases that are started by hand. */
    long openedByHand(Fleet fleet, String yaml) {
        fleet.submit(yaml);
        return api.as("author").post("/rollouts", Map.of("plan", fleet.plan(), "revision", 1, "environment",
                "production", "targets", Map.of("names", fleet.names()), "waves", List.of(), "startPhases", "manual"))
                .expect(202).body().path("id").asLong();
    }

    JsonNode approvals(long rollout, int phase) {
        return api.as("author").get("/rollouts/" + rollout).expect(200).body()
                .at("/phases/" + phase + "/approvals");
    }
}
