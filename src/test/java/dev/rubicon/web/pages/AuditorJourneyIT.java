package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import dev.rubicon.testing.Fleet;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whoever asks later who decided what, and on what. */
class AuditorJourneyIT extends Journey {

    /** What only those press who change something. */
    private static final List<String> ACTS = List.of("Pause", "Resume", "Cancel", "Roll back…", "Set", "Report",
            "Record", "Reject", "Rehearse it", "Comment", "Try some batches", "Skip this step", "Leave it out");

    @BeforeAll
    void theAuditor() {
        api.as("admin").post("/users", Map.of("name", "journey-auditor", "password", "journey-auditor", "roles",
                Map.of("*", List.of("viewer", "auditor")))).expect(201);
    }

    @Test
    void findsWhoApprovedWhatOnWhichEvidence() throws IOException {
        Fleet fleet = new Fleet(api, "journey-trail", 1, 5);
        long id = opened(fleet, plan(fleet, "A column with a history", column("history")));
        fleet.approve(fleet.rollout(id), 0).expect(201);
        fleet.awaitState(id, "DONE");
        String digest = fleet.rollout(id).path("digest").asString();

        Person auditor = arrives("journey-auditor").opensRollout(id).sees("Expand by approver", "read it");
        auditor.follows("Audit").types("Action", "phase.approved").types("Subject", "rollout " + id).presses("Find");
        Locator entries = auditor.part("Entries").getByRole(AriaRole.ROW);
        com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat(entries).hasCount(2);
        auditor.sees("approver", "phase.approved", "approved digest", digest, "journey-trail-0",
                "comment: read it");
        auditor.follows("rollout " + id).isOn("done: " + fleet.plan());

        auditor.goesBack().presses("Verify the chain").isTold("The chain is whole", "Its head is ");
        Download trail = auditor.page().waitForDownload(() -> auditor.follows("The whole trail as lines of JSON"));
        assertThat(Files.readString(trail.path()).lines()).anySatisfy(line -> assertThat(line).startsWith("{")
                .contains("phase.approved", "\"subjectId\":\"" + id + "\"", digest));
    }

    @Test
    void readsEverythingAndIsOfferedNothingToPress() {
        Fleet fleet = new Fleet(api, "journey-reader", 1, 5);
        long id = opened(fleet, plan(fleet, "A column to look at", column("look")));
        fleet.database("journey-reader-0").run("ALTER TABLE users ADD COLUMN look int");
        fleet.approve(fleet.rollout(id), 0).expect(201);
        fleet.awaitState(id, "FAILED");

        Person auditor = arrives("journey-auditor");
        for (String page : List.of("/", "/rollouts/" + id, "/rollouts/" + id + "/runs/journey-reader-0",
                "/rollouts/" + id + "/phases/0/approve", "/plans/" + fleet.plan(),
                "/plans/" + fleet.plan() + "/revisions/1/rehearsals", "/targets", "/targets/journey-reader-0")) {
            auditor.opens(page);
            ACTS.forEach(auditor::seesNoButton);
            com.microsoft.playwright.assertions.PlaywrightAssertions
                    .assertThat(auditor.page().locator("main form[method=post] button:enabled")).hasCount(0);
        }
        auditor.opensRollout(id).seesButtonShut("Retry what failed").sees("An operator in production does this.");
    }
}
