package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.rubicon.testing.Requirement;
import dev.rubicon.testing.RubiconTest;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

/** What people do on the pages, in a real browser, with and without scripts. */
@RubiconTest
@Import(FakeWorld.class)
@TestPropertySource(properties = "spring.web.resources.static-locations=file:target/classes/static/,classpath:/static/")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesIT {

    @LocalServerPort
    private int port;

    private Browser browser;

    @BeforeAll
    void start() {
        Requirement.CHROMIUM.demand("PagesIT");
        browser = Browser.start(port);
    }

    @AfterAll
    void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void forget() {
        FakeWorld.ROLLOUTS.deeds.clear();
        FakeWorld.DRIFTS.deeds.clear();
        FakeWorld.ROLLOUTS.copied = 0.64;
        FakeWorld.ROLLOUTS.paused = false;
        FakeWorld.ROLLOUTS.moreOpen = 0;
    }

    @Test
    void saysOfHowManyNothingWaitsWhereMoreAreOpenThanAreLookedAt() {
        Browser.Tab tab = browser.tabWithoutScripts("viewer");
        tab.open("/");
        PlaywrightAssertions.assertThat(tab.page().locator("main")).containsText("Nothing waits for you.");
        FakeWorld.ROLLOUTS.moreOpen = 7;
        tab.open("/");
        Locator main = tab.page().locator("main");
        PlaywrightAssertions.assertThat(main).containsText("looked at waits for you.");
        PlaywrightAssertions.assertThat(main).not().containsText("Nothing waits for you.");
        PlaywrightAssertions.assertThat(main).containsText("open rollouts");
        tab.page().context().close();
    }

    @Test
    void approvesWithoutScripts() {
        Browser.Tab tab = browser.tabWithoutScripts("approver");
        tab.open("/rollouts/119");
        tab.page().getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Approve Index orders by customer…"))
                .click();
        tab.page().getByLabel("Comment").fill("read it");
        tab.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Approve Index orders by customer"))
                .click();
        PlaywrightAssertions.assertThat(tab.page()).hasURL(Pattern.compile("/rollouts/119$"));
        PlaywrightAssertions.assertThat(tab.page().getByRole(AriaRole.STATUS).filter()).not().hasCount(0);
        assertThat(FakeWorld.ROLLOUTS.deeds).containsExactly("APPROVE 119/0 read it");
        tab.page().context().close();
    }

    @Test
    void acceptsDriftOnAPageOfItsOwnWithoutScripts() {
        Browser.Tab tab = browser.tabWithoutScripts("operator");
        tab.open("/targets");
        tab.page().getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("3 objects drifted on shop-ap-02"))
                .click();
        PlaywrightAssertions.assertThat(tab.page().locator(".sides .come").first()).containsText("only as it is:");
        tab.page().getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Accept as baseline…")).click();
        assertThat(FakeWorld.DRIFTS.deeds).isEmpty();
        tab.page().getByLabel("Why this is as it should be").fill("needed for the report");
        tab.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Accept as baseline")).click();
        PlaywrightAssertions.assertThat(tab.page().locator("#notice")).containsText("from now on");
        assertThat(FakeWorld.DRIFTS.deeds).containsExactly("accept shop-ap-02 true needed for the report");
        tab.page().context().close();
    }

    @Test
    void submitsTheDraftedPlanWithoutScripts() {
        Browser.Tab tab = browser.tabWithoutScripts("author");
        tab.open("/targets/shop-ap-02/drift");
        PlaywrightAssertions.assertThat(tab.page().getByRole(AriaRole.LINK,
                new Page.GetByRoleOptions().setName("Accept as baseline…"))).hasCount(0);
        tab.page().getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Draft a plan that reconciles"))
                .click();
        PlaywrightAssertions.assertThat(tab.page().getByLabel("The draft, YAML")).hasValue(Pattern
                .compile("plan: reconcile-shop-ap-02"));
        PlaywrightAssertions.assertThat(tab.page().locator("form[action='/plans/new'] button")).hasText("Submit");
        tab.page().context().close();
    }

    @Test
    void acceptsRowsSetAsideWithoutScripts() {
        Browser.Tab tab = browser.tabWithoutScripts("operator");
        tab.open(PageTable.QUARANTINED);
        PlaywrightAssertions.assertThat(tab.page().locator(".aside")).containsText("amount_positive");
        PlaywrightAssertions.assertThat(tab.page().locator(".aside"))
                .containsText("Mend them on the database and retry");
        tab.page().getByLabel("Why they may stay as they are").fill("test customers");
        tab.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Accept these rows")).click();
        PlaywrightAssertions.assertThat(tab.page().locator("#notice")).containsText("accept of copy-amount asked for");
        assertThat(FakeWorld.ROLLOUTS.deeds).containsExactly("ACCEPT copy-amount test customers");
        tab.page().context().close();
    }

    @Test
    void acceptsRowsSetAsideInPlace() {
        Browser.Tab tab = browser.tab("operator", 1600, false);
        tab.open(PageTable.QUARANTINED);
        tab.page().evaluate("() => { window.same = true }");
        tab.page().getByLabel("Why they may stay as they are").fill("test customers");
        tab.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Accept these rows")).click();
        PlaywrightAssertions.assertThat(tab.page().locator("#notice")).containsText("accept of copy-amount asked for");
        assertThat(tab.page().evaluate("() => window.same")).isEqualTo(true);
        assertThat(FakeWorld.ROLLOUTS.deeds).containsExactly("ACCEPT copy-amount test customers");
        tab.page().context().close();
    }

    @Test
    void asksOnAPageOfItsOwnBeforeACancelWithoutScripts() {
        Browser.Tab tab = browser.tabWithoutScripts("operator");
        tab.open("/rollouts/118");
        tab.page().locator("#operate-cancel button").click();
        confirms(tab, "Cancel this rollout?", "Cancel this rollout", "cancel 118");
        tab.open("/rollouts/118/runs/shop-us-46");
        tab.page().locator("#verb-cancel button").click();
        confirms(tab, "Cancel on this target?", "Cancel on shop-us-46", "CANCEL shop-us-46");
        tab.open("/rollouts/118/runs/shop-us-46");
        tab.page().getByText("Steer this step…").first().click();
        tab.page().locator("form[id^='cancel-'] button").first().click();
        confirms(tab, "Cancel the statement of this step?", "Cancel copy-username on shop-us-46",
                "CANCEL copy-username null");
        tab.page().context().close();
    }

    private static void confirms(Browser.Tab tab, String question, String label, String deed) {
        PlaywrightAssertions.assertThat(tab.page().locator("main")).containsText(question);
        assertThat(FakeWorld.ROLLOUTS.deeds).isEmpty();
        tab.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(label)).click();
        PlaywrightAssertions.assertThat(tab.page().locator("#notice")).containsText("asked for");
        assertThat(FakeWorld.ROLLOUTS.deeds).containsExactly(deed);
        FakeWorld.ROLLOUTS.deeds.clear();
    }

    @Test
    void asksOnAPageOfItsOwnBeforeAHolderIsEndedWithoutScripts() {
        Browser.Tab tab = browser.tabWithoutScripts("operator");
        tab.open("/rollouts/118/runs/shop-ap-47");
        tab.page().locator(".clear form[action*='/end'] input[name=reason]").first().fill("the report can wait");
        tab.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("End session 4711")).first().click();
        PlaywrightAssertions.assertThat(tab.page().locator("main")).containsText("Its connection is closed");
        PlaywrightAssertions.assertThat(tab.page().getByLabel("Why")).hasValue("the report can wait");
        assertThat(FakeWorld.ROLLOUTS.deeds).isEmpty();
        tab.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("End session 4711")).click();
        PlaywrightAssertions.assertThat(tab.page().locator("#notice")).containsText("Pid 4711 is out of the way");
        assertThat(FakeWorld.ROLLOUTS.deeds).containsExactly("END 4711 the report can wait");
        tab.page().context().close();
    }

    @Test
    void offersTheAcceptanceOfRowsToOperatorsOnly() {
        Browser.Tab tab = browser.tabWithoutScripts("viewer");
        tab.open(PageTable.QUARANTINED);
        PlaywrightAssertions.assertThat(tab.page().locator(".aside")).containsText("amount_positive");
        PlaywrightAssertions.assertThat(tab.page().getByLabel("Why they may stay as they are")).hasCount(0);
        tab.page().context().close();
    }

    @Test
    void saysOnTheSamePageWhyACrossingIsRefusedAndKeepsWhatWasTyped() {
        Browser.Tab tab = browser.tabWithoutScripts("approver");
        tab.open("/rollouts/121/phases/2/approve");
        tab.page().getByLabel("Comment").fill("the backup is good");
        tab.page().getByLabel("Type rename-username to cross").fill("rename-user");
        tab.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Approve the crossing")).click();
        PlaywrightAssertions.assertThat(tab.page().getByRole(AriaRole.ALERT))
                .containsText("type the plan's name to cross");
        PlaywrightAssertions.assertThat(tab.page().getByLabel("Comment")).hasValue("the backup is good");
        assertThat(FakeWorld.ROLLOUTS.deeds).isEmpty();
        tab.page().context().close();
    }

    @Test
    void keepsTheCrossingShutUntilThePlansNameIsTyped() {
        Browser.Tab tab = browser.tab("approver", 1600, false);
        tab.open("/rollouts/121/phases/2/approve");
        var approve = tab.page().getByRole(AriaRole.BUTTON,
                new Page.GetByRoleOptions().setName("Approve the crossing"));
        PlaywrightAssertions.assertThat(approve).isDisabled();
        tab.page().getByLabel("Type rename-username to cross").fill("rename-username");
        approve.click();
        tab.page().waitForURL("**/rollouts/121");
        assertThat(FakeWorld.ROLLOUTS.deeds).containsExactly("APPROVE 121/2 ");
        tab.page().context().close();
    }

    @Test
    void followsEventsInPlaceAndLeavesWhatAPersonDoes() {
        Browser.Tab tab = browser.tab("operator", 1600, false);
        AtomicReference<@Nullable Route> asked = new AtomicReference<>();
        tab.page().route("**/events*", route -> asked.compareAndSet(null, route));
        tab.open("/rollouts/118");
        tab.page().getByText("Report a deployment").first().click();
        var version = tab.page().getByRole(AriaRole.TEXTBOX, new Page.GetByRoleOptions().setName("Version"));
        version.fill("2.5.0");
        FakeWorld.ROLLOUTS.copied = 0.93;
        tab.page().waitForCondition(() -> asked.get() != null);
        Objects.requireNonNull(asked.get()).fulfill(new Route.FulfillOptions().setStatus(200)
                .setHeaders(Map.of("Content-Type", "text/event-stream"))
                .setBody("retry: 60000\nid: 4712\nevent: phase.state\ndata: {}\n\n"));
        PlaywrightAssertions.assertThat(tab.page().locator("#phase-1 .track .across .leg.done"))
                .hasAttribute("x2", "100%");
        PlaywrightAssertions.assertThat(version).hasValue("2.5.0");
        PlaywrightAssertions.assertThat(version).isFocused();
        assertThat(tab.complaints()).isEmpty();
        tab.page().context().close();
    }

    @Test
    void movesABarByATickWithoutAskingForThePage() {
        Browser.Tab tab = browser.tab("operator", 1600, false);
        stream(tab.page(), "id: 4712\nevent: step.progress\ndata: {\"target\":\"shop-ap-47\",\"phase\":1,"
                + "\"step\":\"copy-username\",\"done\":7500000,\"total\":10000000,\"perSecond\":40000,"
                + "\"changed\":7499000}\n\n");
        tab.open("/rollouts/118");
        PlaywrightAssertions
                .assertThat(tab.page().locator("[data-progress='shop-ap-47/1/copy-username'] [data-percent]"))
                .hasText("75 %");
        tab.page().context().close();
    }

    @Test
    void tellsWhatABackfillIsSlowedDownByAndFollowsIt() {
        Browser.Tab tab = browser.tab("viewer", 1600, false);
        stream(tab.page(), "id: 4712\nevent: step.progress\ndata: {\"target\":\"shop-ap-47\",\"phase\":1,"
                + "\"step\":\"copy-username\",\"done\":75,\"total\":100,\"perSecond\":0,\"changed\":75,\"backfill\":"
                + "{\"lanes\":1,\"batchRows\":1,\"batchMillis\":48,\"why\":\"\",\"brake\":\"Stands still: replica "
                + "lag\",\"throttle\":[{\"name\":\"replica-lag\",\"utilization\":1,\"words\":\"6.1 s of 5 s\"}]}}\n\n");
        tab.open("/rollouts/118/runs/shop-ap-47");

        PlaywrightAssertions.assertThat(tab.page().locator("[data-gauge='wal-rate']"))
                .hasText("WAL written 84 MiB/s of 256 MiB/s 32 %");
        PlaywrightAssertions.assertThat(tab.page().locator("details [data-gauge='statements']"))
                .containsText("pg_stat_statements is not installed");
        PlaywrightAssertions.assertThat(tab.page().locator("[data-brake]")).hasText("Stands still: replica lag");
        PlaywrightAssertions.assertThat(tab.page().locator("[data-gauge='replica-lag']"))
                .hasText("Replica lag 6.1 s of 5 s 100 %");
        tab.page().context().close();
    }

    @Test
    void changesTheLimitsOfATargetWithoutScriptsAndKeepsWhatWasRefused() {
        Browser.Tab tab = browser.tabWithoutScripts("admin");
        tab.open("/targets/shop-ap-02");
        tab.page().getByText("Change these limits").click();
        PlaywrightAssertions.assertThat(tab.page().locator("input[name='backfill.replicaLag']")).hasValue("10s");
        tab.page().locator("input[name='backfill.replicaLag']").fill("");
        tab.page().locator("input[name='backfill.lockWaits']").fill("many");
        var change = tab.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Change the limits"));
        change.click();
        PlaywrightAssertions.assertThat(tab.page().getByRole(AriaRole.ALERT)).containsText("a whole number from 1");
        assertThat(FakeWorld.ROLLOUTS.deeds).isEmpty();
        PlaywrightAssertions.assertThat(tab.page().locator("input[name='backfill.lockWaits']")).hasValue("many");
        tab.page().locator("input[name='backfill.lockWaits']").fill("3");
        change.click();
        PlaywrightAssertions.assertThat(tab.page().locator("#notice")).containsText("The limits are changed");
        assertThat(FakeWorld.ROLLOUTS.deeds).containsExactly("limits shop-ap-02 1 null 3");
        tab.page().context().close();
    }

    @Test
    void showsTheLimitsOfATargetToEverybodyAndTheFormToAdministrators() {
        Browser.Tab tab = browser.tabWithoutScripts("viewer");
        tab.open("/targets/shop-ap-02");
        PlaywrightAssertions.assertThat(tab.page().locator("main")).containsText("SELECT total FROM orders");
        PlaywrightAssertions.assertThat(tab.page().getByText("Change these limits")).hasCount(0);
        tab.page().context().close();
    }

    @Test
    void triesABackfillOnATargetWithoutScriptsAndTellsWhatItMet() {
        Browser.Tab tab = browser.tabWithoutScripts("operator");
        tab.open("/plans/rename-username/revisions/3");
        Locator runs = tab.page().locator("#dry-runs");
        runs.getByLabel("Target").selectOption("shop-ap-02");
        runs.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Try some batches")).click();
        PlaywrightAssertions.assertThat(tab.page().locator("#notice")).containsText("Tried on shop-ap-02");
        assertThat(FakeWorld.ROLLOUTS.deeds).containsExactly("dry run rename-username/3 shop-ap-02 null");
        PlaywrightAssertions.assertThat(runs).containsText("≈ 3,100,000 of ≈ 4,000,000 rows to be done");
        PlaywrightAssertions.assertThat(runs).containsText("3,000 rows looked at, 2,950 changed");
        PlaywrightAssertions.assertThat(runs).containsText("Triggers fire with each batch: users_touch");
        PlaywrightAssertions.assertThat(runs).containsText("has no column display_name yet");
        tab.page().context().close();
    }

    @Test
    void showsDryRunsToEverybodyAndTheFormToOperators() {
        Browser.Tab tab = browser.tabWithoutScripts("viewer");
        tab.open("/plans/rename-username/revisions/3");
        Locator runs = tab.page().locator("#dry-runs");
        PlaywrightAssertions.assertThat(runs).containsText("An operator of the target's environment may do that");
        PlaywrightAssertions.assertThat(runs).containsText("2,950 changed");
        PlaywrightAssertions.assertThat(runs.getByRole(AriaRole.BUTTON)).hasCount(0);
        tab.open("/plans/index-orders/revisions/1");
        PlaywrightAssertions.assertThat(runs).hasCount(0);
        tab.page().context().close();
    }

    @Test
    void drawsHowABackfillWentAndSaysItAsATable() {
        Browser.Tab tab = browser.tab("viewer", 1600, false);
        tab.open("/rollouts/118/runs/shop-ap-47");
        PlaywrightAssertions.assertThat(tab.page().locator("#curve canvas")).hasCount(2);
        tab.page().getByText("The same as a table").click();
        PlaywrightAssertions.assertThat(tab.page().locator("#curve tbody tr").nth(60))
                .containsText("Slowed down: replica lag");
        assertThat(tab.complaints()).isEmpty();
        tab.page().context().close();
        Browser.Tab plain = browser.tabWithoutScripts("viewer");
        plain.open("/rollouts/118/runs/shop-ap-47");
        plain.press("Rows per second");
        PlaywrightAssertions.assertThat(plain.page().locator("#curve tbody tr")).hasCount(120);
        plain.page().context().close();
    }

    @Test
    void pausesInPlace() {
        Browser.Tab tab = browser.tab("operator", 1600, false);
        tab.open("/rollouts/118");
        tab.page().evaluate("() => { window.same = true }");
        tab.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Pause")).click();
        PlaywrightAssertions.assertThat(tab.page().locator("#notice")).containsText("Pause asked for");
        assertThat(tab.page().evaluate("() => window.same")).isEqualTo(true);
        assertThat(FakeWorld.ROLLOUTS.deeds).containsExactly("pause 118");
        assertThat(tab.complaints()).isEmpty();
        tab.page().context().close();
    }

    @Test
    void showsEveryViolationOfAPlanAtItsPlace() {
        Browser.Tab tab = browser.tab("author", 1600, false);
        tab.open("/plans/new");
        EditorIT.write(tab.page(), "plan: x\ntitle: y\nengine: postgresql\nphases:\n  - phase: exqand\n");
        tab.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Submit")).click();
        PlaywrightAssertions.assertThat(tab.page().getByRole(AriaRole.ALERT)).containsText("'exqand' is no phase");
        PlaywrightAssertions.assertThat(tab.page().locator(".cm-content")).isVisible();
        tab.page().getByText("line 5, column 12").click();
        tab.page().keyboard().type("^");
        PlaywrightAssertions.assertThat(tab.page().locator(".cm-content")).containsText("- phase: ^exqand");
        tab.page().context().close();
    }

    @Test
    void showsAThousandTargetsAtOnceOnlyWhenAsked() {
        Browser.Tab tab = browser.tab("operator", 1600, false);
        tab.open("/rollouts/1000");
        PlaywrightAssertions.assertThat(tab.page().locator("table.matrix tr[id^='t-']")).hasCount(Matrix.ROWS);
        PlaywrightAssertions.assertThat(tab.page().locator("table.matrix tr[id^='t-']").first())
                .containsText("canceling statement");
        tab.open("/rollouts/1000?all=true");
        PlaywrightAssertions.assertThat(tab.page().locator("table.matrix tr[id^='t-']")).hasCount(1000);
        tab.page().context().close();
    }

    @Test
    void printsTheRollbackPlanAloneAndWhole() {
        Browser.Tab tab = browser.tab("viewer", 1600, false);
        tab.open("/plans/rename-username/revisions/3?tab=rollback");
        tab.press("Print…");
        tab.page().emulateMedia(new Page.EmulateMediaOptions().setMedia(com.microsoft.playwright.options.Media.PRINT));
        PlaywrightAssertions.assertThat(tab.page().locator("header.top")).isHidden();
        PlaywrightAssertions.assertThat(tab.page().locator("[data-print]")).isHidden();
        Locator document = tab.page().locator("article.document");
        PlaywrightAssertions.assertThat(document).containsText(FakePlans.RENAME.digest());
        PlaywrightAssertions.assertThat(document.locator(".paper").first()).isVisible();
        PlaywrightAssertions.assertThat(document).containsText("approver approved phase 1");
        PlaywrightAssertions.assertThat(document.locator("#back-add-display-name")).containsText("DROP COLUMN");
        assertThat(tab.page().evaluate("() => [...document.querySelectorAll('.document *')]"
                + ".filter(e => e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== 'visible').length"))
                .as("what is cut").isEqualTo(0);
        tab.page().context().close();
    }

    @Test
    void leavesTheFocusWhereItWasWhenItsButtonIsGone() {
        Browser.Tab tab = browser.tab("operator", 1600, false);
        tab.open("/rollouts/118");
        tab.page().locator("#operate-pause button").focus();
        FakeWorld.ROLLOUTS.paused = true;
        tab.page().keyboard().press("Enter");
        PlaywrightAssertions.assertThat(tab.page().locator("#operate-pause button")).isDisabled();
        PlaywrightAssertions.assertThat(tab.page().locator("#operate-cancel button")).isVisible();
        assertThat(tab.page().evaluate("() => document.activeElement.closest('#operate') !== null")).isEqualTo(true);
        tab.page().context().close();
    }

    @Test
    void opensWhatALinkToAnAttemptIsFoldedIn() {
        Browser.Tab tab = browser.tab("viewer", 1600, false);
        tab.open("/rollouts/117/runs/loyalty-programme-membership-history-production-shop-ap-05"
                + "#attempt-103-constrain-1");
        PlaywrightAssertions.assertThat(tab.page().locator("#attempt-103-constrain-1")).isVisible();
        PlaywrightAssertions.assertThat(tab.page().locator("#attempt-103-constrain-1"))
                .hasCSS("outline-style", "solid");
        tab.page().context().close();
    }

    @Test
    void comparesARevisionWithTheOneBefore() {
        Browser.Tab tab = browser.tabWithoutScripts("viewer");
        tab.open("/plans/rename-username/revisions/3?tab=revisions");
        PlaywrightAssertions.assertThat(tab.page().locator(".sides .come")).containsText(
                new String[]{"- phase: migrate", "title: Copy the names"});
        tab.page().context().close();
    }

    @Test
    void tellsWhatARollbackWouldLoseToThoseWhoMayNotRollBack() {
        Browser.Tab tab = browser.tabWithoutScripts("viewer");
        tab.open("/rollouts/118");
        tab.press("what a rollback would lose now");
        PlaywrightAssertions.assertThat(tab.page().locator("main"))
                .containsText("It loses only what can be computed again.");
        PlaywrightAssertions.assertThat(tab.page().locator("main")).containsText("was never rehearsed");
        tab.press("everything");
        PlaywrightAssertions.assertThat(tab.page().locator("main")).containsText("counted on the targets");
        PlaywrightAssertions.assertThat(tab.page().locator("main")).containsText("In rehearsal it took 14 ms");
        PlaywrightAssertions.assertThat(tab.page().locator("form[action$='/rollback']")).hasCount(0);
        tab.page().context().close();
    }

    /**
     * Tells the page these events. It asks for itself soon after, and anew where its stream ends: that is never answered,
     * so that what it shows comes from the events however long it takes to look.
     */
    private static void stream(Page page, String events) {
        page.route("**/rollouts/118**", route -> {
            if (!route.request().headers().containsKey("rubicon-look")) {
                route.fallback();
            }
        });
        AtomicInteger times = new AtomicInteger();
        page.route("**/events*", route -> route.fulfill(new Route.FulfillOptions().setStatus(200)
                .setHeaders(Map.of("Content-Type", "text/event-stream"))
                .setBody(times.getAndIncrement() == 0 ? "retry: 60000\n" + events : ": nothing\n\n")));
    }
}
