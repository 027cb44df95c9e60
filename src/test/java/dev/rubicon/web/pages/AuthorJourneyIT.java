package dev.rubicon.web.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.rubicon.testing.Fleet;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** Whoever wants a change writes it down, tries it, and sees what it waits for. */
class AuthorJourneyIT extends Journey {

    @Test
    void writesAPlanFromARecipeHasItRehearsedAndOpensARollout() {
        Fleet fleet = new Fleet(api, "journey-author", 1, 20);
        String target = fleet.names().getFirst();

        Person author = arrives("author").follows("Plans").follows("New plan").follows("Add an index")
                .types("Table", "users").types("Columns", "username").types("Name of the index", "journey_idx")
                .presses("Write the plan").isTold("Read it, change what you like, and submit it");
        spoilsTheStatement(author);
        takesTheSafeForm(author);
        author.presses("Submit").isTold("Submitted as revision 1").isOn("index-journey-idx");
        goesBackAndSendsNothingTwice(author);

        author.follows("Rehearsals").sees("It has not been rehearsed.").chooses("Target", target)
                .presses("Rehearse it").isTold("Asked for").sees("passed").sees("build-journey-idx");
        author.follows("revision 1").follows("Open a rollout…").chooses("Environment", "production").ticks(target)
                .presses("Open the rollout")
                .isTold("The rollout is open; its targets are frozen");
        author.sees("Build the index cannot start yet", "0 of 1 approval given",
                "an approver in production who is not author").seesButtonShut("Approve Build the index…")
                .sees("An approver in production decides on this.");
    }

    private void goesBackAndSendsNothingTwice(Person author) {
        List<String> sent = new ArrayList<>();
        author.page().onRequest(request -> {
            if (request.method().equals("POST") && request.isNavigationRequest()) {
                sent.add(request.url());
            }
        });
        author.goesBack().sees("Add an index", "You sent this already", "nothing was sent again");
        Assertions.assertThat(sent).isEmpty();
        Assertions.assertThat(api.as("author").get("/plans/index-journey-idx").expect(200).body()
                .path("revisions").size()).isEqualTo(1);
        author.opens("/plans/index-journey-idx").isOn("index-journey-idx");
    }

    /** As somebody does who thinks that the word is a flourish. */
    private static void spoilsTheStatement(Person author) {
        Page page = author.page();
        Locator text = page.locator(".cm-content");
        assertThat(text).containsText("CREATE INDEX CONCURRENTLY");
        // Judged: locks are put into the lines no more while it is being aimed.
        assertThat(text.locator(".lock").first()).isVisible();
        text.locator(".cm-line").filter(new Locator.FilterOptions().setHasText("CREATE INDEX CONCURRENTLY"))
                .getByText("CONCURRENTLY", new Locator.GetByTextOptions().setExact(true)).first().dblclick();
        author.keys("Delete");
        assertThat(text).not().containsText("CREATE INDEX CONCURRENTLY");
    }

    private static void takesTheSafeForm(Person author) {
        Locator finding = author.page().locator(".findings .said")
                .filter(new Locator.FilterOptions().setHasText("index-not-concurrent"));
        assertThat(finding).containsText("line ");
        finding.getByText("Use the safe form").click();
        assertThat(finding).hasCount(0);
        assertThat(author.page().locator(".cm-content")).containsText("CREATE INDEX CONCURRENTLY");
    }
}
