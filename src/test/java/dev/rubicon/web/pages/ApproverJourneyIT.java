package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Api;
import dev.rubicon.testing.Fleet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whoever answers for a change reads what it is, and decides. */
class ApproverJourneyIT extends Journey {

    @Test
    void findsWhatWaitsReadsItAndApprovesWithAComment() {
        Fleet fleet = new Fleet(api, "journey-yes", 1, 20);
        long id = opened(fleet, plan(fleet, "A column to say yes to", column("yes")));
        String digest = fleet.rollout(id).path("digest").asString();

        Person approver = arrives("approver");
        approver.part("Waits for me").getByText("A column to say yes to").waitFor();
        approver.follows("Approve… A column to say yes to").isOn("Decide: Expand")
                .sees(digest, "1 frozen, in 1 wave", "none: it has not been rehearsed on any of these targets",
                        "none open, none accepted", "ALTER TABLE users ADD COLUMN yes int", "0 of 1 approval")
                .unfolds("1 frozen").sees("journey-yes-0");
        approver.types("Comment", "Read it, and looked at the table").presses("Approve Expand").isTold("Approved")
                .sees("Read it, and looked at the table");
        approver.opens("/").sees("Inbox");
        approver.part("Waits for me").getByText("A column to say yes to").waitFor(
                new com.microsoft.playwright.Locator.WaitForOptions()
                        .setState(com.microsoft.playwright.options.WaitForSelectorState.DETACHED));
        fleet.awaitState(id, "DONE");
    }

    @Test
    void isToldWhyNobodyApprovesWhatIsTheirOwn() {
        api.as("admin").post("/users", Map.of("name", "journey-both", "password", "journey-both", "roles",
                Map.of("*", List.of("author", "approver")))).expect(201);
        Fleet fleet = new Fleet(api, "journey-own", 1, 5);
        Api both = api.as("journey-both");
        both.postYaml("/plans", plan(fleet, "My own column", column("own"))).expect(201);
        long id = both.post("/rollouts", Map.of("plan", fleet.plan(), "revision", 1, "environment", "production",
                "targets", Map.of("names", fleet.names()), "waves", List.of(), "startPhases", "auto")).expect(202)
                .body().path("id").asLong();

        Person owner = arrives("journey-both").opensRollout(id);
        owner.seesButtonShut("Approve Expand…").sees("It is your own, so somebody else decides.");
        owner.opens("/rollouts/" + id + "/phases/0/approve").sees("It is your own, so somebody else decides.")
                .seesNoButton("Approve Expand").seesNoButton("Reject");
        assertThat(approvals(id, 0)).isEmpty();
    }

    @Test
    void rejectsWithAReasonThatEverybodyReads() {
        Fleet fleet = new Fleet(api, "journey-no", 1, 5);
        long id = opened(fleet, plan(fleet, "A column to say no to", column("no")));

        arrives("approver").opensRollout(id).follows("Approve Expand…")
                .types("Comment", "Not before the release").presses("Reject").isTold("Rejected")
                .sees("approver rejected this phase: Not before the release");
        arrives("author").opensRollout(id).sees("approver rejected this phase: Not before the release",
                "cancel the rollout and open one of a revision that mends it");
        assertThat(fleet.rollout(id).path("state").asString()).isEqualTo("WAITING");
    }

    @Test
    void crossesThePointOfNoReturnOnlyByTypingItsName() {
        Fleet fleet = new Fleet(api, "journey-river", 1, 5);
        long id = opened(fleet, """
                plan: %s
                title: Drop a column for good
                engine: postgresql
                phases:
                  - phase: contract
                    title: Contract
                    after: { backup: { maxAge: 24h } }
                    steps:
                      - step: drop-touched
                        sql: ALTER TABLE users DROP COLUMN touched;
                        pointOfNoReturn: true
                        rollback: { impossible: it is gone but for the backup., dataLoss: total }
                """.formatted(fleet.plan()));

        Person approver = arrives("approver").opensRollout(id).follows("Decide on crossing: Contract…");
        approver.sees("From here there is no way back but the backup.", "it is gone but for the backup.",
                "At most 24 h old when the phase starts on its target").seesButtonShut("Approve the crossing");
        approver.types("Type " + fleet.plan() + " to cross", "something else").seesButtonShut("Approve the crossing");
        approver.types("Type " + fleet.plan() + " to cross", fleet.plan()).presses("Approve the crossing")
                .isTold("Approved").sees("1 of 2 approvals given, by approver");
        fleet.backedUp();

        Person second = arrives("second").opensRollout(id).follows("Decide on crossing: Contract…");
        second.sees("recorded for every target", "1 of 2 approvals", "approver approved");
        second.types("Type " + fleet.plan() + " to cross", fleet.plan()).presses("Approve the crossing")
                .isTold("Approved").sees("Past the point of no return on every target");
        second.isOn("done");
    }
}
