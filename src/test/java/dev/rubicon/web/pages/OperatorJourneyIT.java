package dev.rubicon.web.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import dev.rubicon.testing.Fleet;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Whoever answers for the databases watches, steers, and cleans up. */
class OperatorJourneyIT extends Journey {

    private static final String BACKFILL = """
                      - step: fill
                        backfill: { table: users, set: { touched: '1' }, where: touched = 0 }
                        rollback: { nothing: derived, dataLoss: none }
                """;

    @Test
    void watchesABackfillPausesItLetsItGoOnAndSetsItsSpeed() {
        Fleet fleet = new Fleet(api, "journey-fill", 1, 3_000);
        long id = opened(fleet, plan(fleet, "Fill a column", BACKFILL));
        fleet.speed(id, 0);
        fleet.approve(fleet.rollout(id), 0).expect(201);

        Person operator = arrives("operator").opensRollout(id).seesConnection("live");
        operator.part("journey-fill-0 · Expand").getByText("fill").first().waitFor();
        Locator speed = operator.field("Speed of backfills");
        assertThat(speed).hasValue("0");
        operator.presses("Pause").isTold("Pause asked for").seesButton("Resume").isOn("waits for you");
        operator.presses("Resume").isTold("Resumed").seesButton("Pause");

        speed.focus();
        operator.keys("End").isTold("Backfills go at 100 %").isOn("done");
        operator.follows("journey-fill-0").sees("3,000", "100 %");
        Assertions.assertThat(fleet.database("journey-fill-0").value("SELECT count(*) FROM users WHERE touched = 0"))
                .isEqualTo("0");
    }

    @Test
    void retriesWhatFailedWhenItIsMended() {
        Fleet fleet = new Fleet(api, "journey-retry", 1, 5);
        fleet.database("journey-retry-0").run("ALTER TABLE users ADD COLUMN again int");
        long id = opened(fleet, plan(fleet, "A column that is there", column("again")));
        fleet.approve(fleet.rollout(id), 0).expect(201);

        Person operator = arrives("operator").opensRollout(id).isOn("waits for you").seesButton("Retry what failed");
        operator.sees("column \"again\" of relation \"users\" already exists", "SQLSTATE 42701");
        fleet.database("journey-retry-0").run("ALTER TABLE users DROP COLUMN again");
        operator.presses("Retry what failed").isTold("Tried again").isOn("done");
    }

    @Test
    void skipsAStepWithAReason() {
        Fleet fleet = new Fleet(api, "journey-skip", 1, 5);
        fleet.database("journey-skip-0").run("ALTER TABLE users ADD COLUMN there int");
        long id = opened(fleet, plan(fleet, "A column to skip", column("there"), column("other")));
        fleet.approve(fleet.rollout(id), 0).expect(201);

        Person operator = arrives("operator").opensRollout(id).seesButton("Retry what failed")
                .follows("journey-skip-0").seesButton("Retry");
        Locator step = operator.page().locator(".step").filter(new Locator.FilterOptions().setHasText("there")).first();
        step.getByText("Steer this step…").click();
        operator.types("Why it may be skipped", "made by hand last week").presses("Skip this step")
                .isTold("skip of there asked for").sees("skipped", "made by hand last week");
        operator.isOn("done");
    }

    @Test
    void seesWhatARollbackLosesAndRollsBack() {
        Fleet fleet = new Fleet(api, "journey-undo", 1, 5);
        long id = opened(fleet, plan(fleet, "A column to take back", """
                      - step: note
                        sql: ALTER TABLE users ADD COLUMN note text;
                        rollback:
                          sql: ALTER TABLE users DROP COLUMN note;
                          dataLoss: new-writes
                          lossQuery: SELECT count(*) FROM users WHERE note IS NOT NULL
                """));
        fleet.approve(fleet.rollout(id), 0).expect(201);
        fleet.awaitState(id, "DONE");
        fleet.database("journey-undo-0").run("UPDATE users SET note = 'x' WHERE id <= 3");

        Person operator = arrives("operator").opensRollout(id).follows("Roll back…").isOn("Roll back");
        operator.sees("3 rows now", "note").types("Why", "the release is withdrawn").presses("Roll back")
                .isTold("Rolling back").isOn("rolled back");
        Assertions.assertThat(fleet.database("journey-undo-0").value("SELECT count(*) FROM information_schema.columns "
                + "WHERE table_name = 'users' AND column_name = 'note'")).isEqualTo("0");
    }

    @Test
    void rollsBackNothingThatWasNotShown() {
        Fleet fleet = new Fleet(api, "journey-shown", 1, 5);
        long id = openedByHand(fleet, plan(fleet, "Columns in two phases", column("early")) + """
                  - phase: migrate
                    title: Later
                    steps:
                """ + column("late"));
        fleet.approve(fleet.rollout(id), 0).expect(201);
        Person operator = arrives("operator").opensRollout(id).presses("Start Expand").isTold("Started");
        fleet.approve(fleet.rollout(id), 1).expect(201);
        operator.seesButton("Start Later").opens("/rollouts/" + id + "/rollback?toPhase=0");
        operator.sees("journey-shown-0: early").seesNo("journey-shown-0: late").types("Why",
                "the release is withdrawn");

        api.as("operator").post("/rollouts/" + id + "/phases/1/start", Map.of()).expect(202);
        fleet.awaitState(id, "DONE");
        operator.presses("Roll back").isRefused("What going back would undo or lose has changed since you looked");
        assertThat(operator.field("Why")).hasValue("the release is withdrawn");
        Assertions.assertThat(fleet.rollout(id).path("state").asString()).isEqualTo("DONE");
        operator.sees("journey-shown-0: late").presses("Roll back").isTold("Rolling back").isOn("rolled back");
    }

    @Test
    void cancelsOnlyWhenItIsMeant() {
        Fleet fleet = new Fleet(api, "journey-cancel", 1, 5);
        long id = opened(fleet, plan(fleet, "A column that nobody wants", column("unwanted")));

        Person operator = arrives("operator").opensRollout(id).seesConnection("live");
        operator.page().onceDialog(dialog -> dialog.dismiss());
        operator.presses("Cancel").seesButton("Cancel");
        Assertions.assertThat(fleet.rollout(id).path("state").asString()).isEqualTo("WAITING");
        operator.saysYesTo("What is in effect stays in effect").presses("Cancel").isTold("Cancel asked for")
                .isOn("cancelled");
        operator.seesButtonShut("Cancel");
    }
}
