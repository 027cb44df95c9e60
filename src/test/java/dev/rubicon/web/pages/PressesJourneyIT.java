package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.Fleet;
import org.junit.jupiter.api.Test;

/** What comes of pressing twice, and of going back. */
class PressesJourneyIT extends Journey {

    /** How often the trail tells of such an act. */
    private int times(String action, long rollout) {
        return api.as("admin").get("/audit?action=" + action + "&subjectType=rollout&subjectId=" + rollout)
                .expect(200).body().path("items").size();
    }

    @Test
    void approvesOnceHoweverOftenItIsPressed() {
        Fleet fleet = new Fleet(api, "journey-twice", 1, 5);
        long id = openedByHand(fleet, plan(fleet, "A column approved once", column("twice")));

        Person approver = arrives("approver").opensRollout(id).follows("Approve Expand…");
        approver.pressesTwice("Approve Expand").isTold("Approved").seesNo("0 of 1 approval given");
        assertThat(times("phase.approved", id)).isEqualTo(1);
        approver.goesBack().sees("This phase has all the approvals it needs.").seesNoButton("Approve Expand");
        approver.page().goForward();
        approver.isOn(fleet.plan()).sees("Expand by approver");
        assertThat(times("phase.approved", id)).isEqualTo(1);
    }

    @Test
    void startsOnceHoweverOftenItIsPressed() {
        Fleet fleet = new Fleet(api, "journey-start", 1, 5);
        long id = openedByHand(fleet, plan(fleet, "A column started once", column("start")));
        fleet.approve(fleet.rollout(id), 0).expect(201);

        Person operator = arrives("operator").opensRollout(id);
        operator.pressesTwice("Start Expand").isTold("Started").isOn("done");
        assertThat(times("phase.started", id)).isEqualTo(1);
    }

    @Test
    void rollsBackOnceAndComesBackToWhatIs() {
        Fleet fleet = new Fleet(api, "journey-undone", 1, 5);
        long id = opened(fleet, plan(fleet, "A column taken back once", column("undone")));
        fleet.approve(fleet.rollout(id), 0).expect(201);
        fleet.awaitState(id, "DONE");

        Person operator = arrives("operator").opensRollout(id).follows("Roll back…").types("Why", "not needed");
        operator.pressesTwice("Roll back").isTold("Rolling back").isOn("rolled back");
        assertThat(times("rollout.rollback-requested", id)).isEqualTo(1);
        operator.goesBack().isOn("Roll back").sees("You sent this already", "What it loses");
        assertThat(times("rollout.rollback-requested", id)).isEqualTo(1);
    }

    @Test
    void approvesOnceWithoutScriptsToo() {
        Fleet fleet = new Fleet(api, "journey-plain", 1, 5);
        long id = openedByHand(fleet, plan(fleet, "A column approved without scripts", column("plain")));

        Person approver = arrivesWithoutScripts("approver").opens("/").follows("Approve… A column approved without");
        approver.sees("ALTER TABLE users ADD COLUMN plain int", "none open, none accepted").unfolds("1 frozen")
                .types("Comment", "read on paper").pressesTwice("Approve Expand").sees("Expand by approver",
                        "read on paper");
        assertThat(times("phase.approved", id)).isEqualTo(1);
        arrivesWithoutScripts("operator").opensRollout(id).presses("Start Expand").isTold("Started");
        fleet.awaitState(id, "DONE");
        assertThat(api.as("author").get("/rollouts/" + id).expect(200).body().path("state").asString())
                .isEqualTo("DONE");
    }
}
