package dev.rubicon.web.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import dev.rubicon.testing.Fleet;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Two people at the same rollout, at the same time. */
class PairJourneyIT extends Journey {

    @Test
    void seesWhatTheOtherDecidesAndKeepsFocusAndWhatIsTyped() {
        Fleet fleet = new Fleet(api, "journey-pair", 1, 5);
        long id = openedByHand(fleet, plan(fleet, "A column for two", column("two")));

        Person operator = arrives("operator").opensRollout(id).seesConnection("live").sees("0 of 1 approval given");
        operator.page().evaluate("() => { window.same = true }");
        operator.unfolds("Report a deployment").types("Version", "2.5");
        arrives("approver").opensRollout(id).follows("Approve Expand…").types("Comment", "go on")
                .presses("Approve Expand").isTold("Approved");

        operator.sees("go on").seesNo("0 of 1 approval given").seesButton("Start Expand");
        assertThat(operator.field("Version")).hasValue("2.5");
        assertThat(operator.field("Version")).isFocused();
        operator.page().keyboard().type(".1");
        assertThat(operator.field("Version")).hasValue("2.5.1");
        Assertions.assertThat(operator.page().evaluate("() => window.same")).isEqualTo(true);
    }

    @Test
    void refusesTheLateApprovalAndSaysWhoWasFirst() {
        Fleet fleet = new Fleet(api, "journey-late", 1, 5);
        long id = opened(fleet, plan(fleet, "A column decided once", column("once")));

        Person second = arrives("second").opensRollout(id).follows("Approve Expand…")
                .types("Comment", "I had a long look");
        arrives("approver").opensRollout(id).follows("Approve Expand…").presses("Approve Expand").isTold("Approved");
        fleet.awaitState(id, "DONE");

        second.presses("Approve Expand").isRefused("This waits for no decision any more",
                "Expand is done already. Approved by approver.", "Nothing was recorded in your name");
        second.sees("Your comment was not recorded: I had a long look").seesNoButton("Approve Expand");
        Assertions.assertThat(approvals(id, 0)).hasSize(1);
    }

    @Test
    void pressesTheButtonThatThePageShowsNotTheOneItShowedBefore() {
        Fleet fleet = new Fleet(api, "journey-other", 1, 5);
        long id = openedByHand(fleet, plan(fleet, "A column of many hands", column("hands")));
        fleet.approve(fleet.rollout(id), 0).expect(201);

        Person operator = arrives("operator").opensRollout(id).seesConnection("live").seesButton("Start Expand");
        api.as("operator").post("/rollouts/" + id + "/pause", Map.of()).expect(202);
        operator.seesButton("Resume").presses("Resume").isTold("Resumed").seesButton("Start Expand");
        operator.presses("Start Expand").isTold("Started").isOn("done");
    }

    @Test
    void isToldWhatChangedBehindAnOldPageAndDecidesAnew() {
        Fleet fleet = new Fleet(api, "journey-stale", 1, 5);
        careful(fleet);
        long id = openedIn(fleet, "journey-careful");
        String first = rehearsed(fleet, 1);

        Person approver = arrives("approver").opens("/rollouts/" + id + "/phases/0/approve").sees(first)
                .types("Comment", "on the evidence");
        api.as("author").post("/plans/" + fleet.plan() + "/revisions/1/rehearsals",
                Map.of("target", "journey-stale-careful", "class", "empty schema")).expect(202);
        String newer = rehearsed(fleet, 2);

        approver.presses("Approve Expand").isRefused("What you decided on has changed", newer,
                "Nothing was decided", "what you typed is still there");
        assertThat(approver.field("Comment")).hasValue("on the evidence");
        approver.sees(newer).presses("Approve Expand").isTold("Approved").sees("on " + newer);
    }

    /** An environment that demands a rehearsal, with a target of its own. */
    private void careful(Fleet fleet) {
        var target = dev.rubicon.testing.TestPostgres.database();
        target.run("CREATE TABLE users (id bigint PRIMARY KEY)");
        Map<String, Object> policy = Map.of("approvals", Map.of("normal", 1, "highRisk", 1, "river", 1), "windows",
                List.of(), "stallBudget", "100ms", "patience", "10m", "connectionsPerServer", 20, "holderActions",
                false, "rehearsal", Map.of("class", "empty schema", "maxAge", "1d"));
        api.as("admin").put("/environments/journey-careful", Map.of("position", 9, "policy", policy)).expect(200);
        api.as("admin").post("/targets", Map.of("name", "journey-stale-careful", "engine", "postgresql",
                "environment", "journey-careful", "labels", Map.of(), "url", target.url(), "username", target.user(),
                "password", target.password())).expect(201);
        fleet.submit(plan(fleet, "A column on evidence", column("evidence")));
    }

    private long openedIn(Fleet fleet, String environment) {
        return api.as("author").post("/rollouts", Map.of("plan", fleet.plan(), "revision", 1, "environment",
                environment, "targets", Map.of("names", List.of("journey-stale-careful")), "waves", List.of(),
                "startPhases", "auto")).expect(202).body().path("id").asLong();
    }

    /** Waits for so many rehearsals, and names the newest. */
    private String rehearsed(Fleet fleet, int number) {
        String rehearsals = "/plans/" + fleet.plan() + "/revisions/1/rehearsals";
        Awaitility.await().atMost(java.time.Duration.ofSeconds(240)).until(() -> {
            var items = api.as("author").get(rehearsals).expect(200).body().path("items");
            return items.size() == number && items.at("/0/state").asString().equals("PASSED");
        });
        return "rehearsal #" + api.as("author").get(rehearsals).body().at("/items/0/id").asLong();
    }
}
