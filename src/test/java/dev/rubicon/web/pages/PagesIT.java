package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.rubicon.testing.Requirement;
import dev.rubicon.testing.RubiconTest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

/** Every page in a real browser: wide and narrow, light and dark, with and without scripts. */
@RubiconTest
@Import(FakeWorld.class)
@TestPropertySource(properties = "spring.web.resources.static-locations=file:target/classes/static/,classpath:/static/")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PagesIT {

    private static final String QUARANTINED = "/rollouts/117/runs/loyalty-programme-membership-history-production-shop-eu-06";

    private static final List<Integer> WIDTHS = List.of(360, 1600);

    /** What sticks out of a page that scrolls sideways; what scrolls in a box of its own does not count. */
    private static final String TOO_WIDE = """
            () => {
              const wide = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= wide) return [];
              return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > wide + 1)
                .map(e => e.outerHTML.slice(0, 120)).slice(-3);
            }""";

    /** A page to look at: its name as a picture, who looks, and where. */
    record View(String name, String as, String path) {
        @Override
        public String toString() {
            return name;
        }
    }

    @LocalServerPort
    private int port;

    @Autowired
    private FakeSettings settings;

    private Browser browser;

    @BeforeAll
    void start() {
        Requirement.CHROMIUM.demand("PagesIT");
        browser = Browser.start(port);
        settings.arrive();
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
    }

    static Stream<View> views() {
        String only = System.getProperty("views", "");
        return Stream.of(new View("rollout", "operator", "/rollouts/118"),
                new View("rollout-approver", "approver", "/rollouts/118"),
                new View("rollout-failed", "operator", "/rollouts/117"),
                new View("rollout-waiting", "approver", "/rollouts/119"),
                new View("rollout-done", "viewer", "/rollouts/112"),
                new View("rollout-rolled-back", "viewer", "/rollouts/110"),
                new View("rollout-fleet", "operator", "/rollouts/1000"),
                new View("approve-river", "approver", "/rollouts/121/phases/2/approve"),
                new View("approve", "approver", "/rollouts/119/phases/0/approve"),
                new View("approve-own", "author", "/rollouts/119/phases/0/approve"),
                new View("rollback", "operator", "/rollouts/118/rollback?toPhase=0"),
                new View("run", "operator", "/rollouts/118/runs/shop-ap-47"),
                new View("run-curve", "viewer", "/rollouts/118/runs/shop-ap-47/curve"),
                new View("run-failed", "operator",
                        "/rollouts/117/runs/loyalty-programme-membership-history-production-shop-ap-05"),
                new View("run-holder", "operator", "/rollouts/118/runs/shop-ap-47/holders/4711/end"),
                new View("run-quarantined", "operator", QUARANTINED),
                new View("inbox", "approver", "/"), new View("inbox-empty", "newcomer", "/"),
                new View("rollouts", "viewer", "/rollouts"), new View("plans", "author", "/plans"),
                new View("plan", "approver", "/plans/rename-username"),
                new View("plan-findings", "approver",
                        "/plans/move-customer-loyalty-programme-membership-history-into-its-own-table"),
                new View("plan-rollback", "viewer", "/plans/rename-username/revisions/3?tab=rollback"),
                new View("rehearsals", "author", "/plans/rename-username/revisions/3/rehearsals"),
                new View("plan-revisions", "viewer", "/plans/rename-username/revisions/3?tab=revisions"),
                new View("plan-new", "author", "/plans/new"),
                new View("plan-recipe", "author", "/plans/new/recipes/split-column"),
                new View("rollout-new", "author", "/plans/rename-username/revisions/3/rollouts/new"),
                new View("targets", "admin", "/targets"), new View("targets-empty", "newcomer", "/targets"),
                new View("target", "admin", "/targets/shop-ap-02"),
                new View("target-unreachable", "viewer", "/targets/shop-eu-03"),
                new View("target-new", "admin", "/targets/new"),
                new View("schema", "admin", "/targets/shop-ap-02/schema"),
                new View("schema-one", "viewer", "/targets/shop-ap-02/schema?q=table%20public.users"),
                new View("schema-none", "viewer", "/targets/shop-us-01/schema"),
                new View("drift", "operator", "/targets/shop-ap-02/drift"),
                new View("drift-none", "viewer", "/targets/shop-canary/drift"),
                new View("drift-unwatched", "operator", "/targets/shop-us-01/drift"),
                new View("drift-accept", "operator", "/targets/shop-ap-02/drift/baseline"),
                new View("drift-plan", "author", "/targets/shop-ap-02/drift/plan"),
                new View("audit", "admin", "/audit"),
                new View("nodes", "operator", "/nodes"),
                new View("settings", "viewer", "/settings"),
                new View("settings-environments", "admin", "/settings/environments"),
                new View("settings-environment", "admin", "/settings/environments/production"),
                new View("settings-users", "admin", "/settings/users"),
                new View("settings-user", "admin", "/settings/users/viewer"),
                new View("settings-account", "viewer", "/settings/users/viewer"),
                new View("settings-tokens", "admin", "/settings/tokens"),
                new View("settings-freeze-windows", "operator", "/settings/freeze-windows"),
                new View("settings-webhooks", "admin", "/settings/webhooks"),
                new View("settings-webhook", "admin", "/settings/webhooks/" + FakeSettings.WEBHOOK),
                new View("problems", "viewer", "/problems"),
                new View("rules", "viewer", "/docs/rules"),
                new View("rule", "viewer", "/docs/rules/undeclared-point-of-no-return"),
                new View("login", "", "/login"),
                new View("problem", "viewer", "/problems/point-of-no-return"),
                new View("not-found", "viewer", "/rollouts/7"))
                .filter(view -> only.isEmpty() || view.name().startsWith(only));
    }

    @ParameterizedTest
    @MethodSource("views")
    void readsWellWideAndNarrowInLightAndDark(View view) {
        SoftAssertions all = new SoftAssertions();
        for (int width : WIDTHS) {
            for (boolean dark : new boolean[]{false, true}) {
                look(view, width, dark, all);
            }
        }
        all.assertAll();
    }

    private void look(View view, int width, boolean dark, SoftAssertions all) {
        String how = "%d px, %s".formatted(width, dark ? "dark" : "light");
        Browser.Tab tab = browser.tab(view.as(), width, dark);
        tab.open(view.path());
        tab.page().evaluate("document.querySelectorAll('details.steer').forEach(fold => fold.open = true)");
        tab.page().screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(Path.of(
                "target/screenshots/%s-%d-%s.png".formatted(view.name(), width, dark ? "dark" : "light"))));
        all.assertThat(tab.page().evaluate(TOO_WIDE)).as("what is too wide at " + how).isEqualTo(List.of());
        if (dark == (width == 1600)) {
            all.assertThat(new AxeBuilder(tab.page()).analyze().getViolations().stream().map(PagesIT::tell))
                    .as("axe at " + how).isEmpty();
        }
        all.assertThat(tab.complaints()).as("the console at " + how).isEmpty();
        tab.page().context().close();
    }

    private static String tell(Rule rule) {
        return rule.getId() + ": " + rule.getNodes().stream().limit(4)
                .map(node -> node.getHtml() + " " + node.getFailureSummary()).toList();
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
        PlaywrightAssertions.assertThat(tab.page().getByRole(AriaRole.STATUS).filter()).not().hasCount(0);
        assertThat(tab.page().url()).endsWith("/rollouts/119");
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
        PlaywrightAssertions.assertThat(tab.page().getByLabel("The draft, YAML")).hasValue(java.util.regex.Pattern
                .compile("plan: reconcile-shop-ap-02"));
        PlaywrightAssertions.assertThat(tab.page().locator("form[action='/plans/new'] button")).hasText("Submit");
        tab.page().context().close();
    }

    @Test
    void acceptsRowsSetAsideWithoutScripts() {
        Browser.Tab tab = browser.tabWithoutScripts("operator");
        tab.open(QUARANTINED);
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
        tab.open(QUARANTINED);
        tab.page().evaluate("() => { window.same = true }");
        tab.page().getByLabel("Why they may stay as they are").fill("test customers");
        tab.page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Accept these rows")).click();
        PlaywrightAssertions.assertThat(tab.page().locator("#notice")).containsText("accept of copy-amount asked for");
        assertThat(tab.page().evaluate("() => window.same")).isEqualTo(true);
        assertThat(FakeWorld.ROLLOUTS.deeds).containsExactly("ACCEPT copy-amount test customers");
        tab.page().context().close();
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
        tab.open(QUARANTINED);
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
        AtomicInteger asked = new AtomicInteger();
        tab.page().onRequest(request -> {
            if (request.url().endsWith("/rollouts/118")) {
                asked.incrementAndGet();
            }
        });
        stream(tab.page(), "id: 4712\nevent: step.progress\ndata: {\"target\":\"shop-ap-47\",\"phase\":1,"
                + "\"step\":\"copy-username\",\"done\":7500000,\"total\":10000000,\"perSecond\":40000,"
                + "\"changed\":7499000}\n\n");
        tab.open("/rollouts/118");
        PlaywrightAssertions
                .assertThat(tab.page().locator("[data-progress='shop-ap-47/1/copy-username'] [data-percent]"))
                .hasText("75 %");
        assertThat(asked).hasValue(1);
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
        long before = System.nanoTime();
        tab.open("/rollouts/1000?all=true");
        assertThat((System.nanoTime() - before) / 1_000_000).as("milliseconds for 1,000 targets").isLessThan(5_000);
        PlaywrightAssertions.assertThat(tab.page().locator("table.matrix tr[id^='t-']")).hasCount(1000);
        tab.page().context().close();
    }

    private static void stream(Page page, String events) {
        AtomicInteger times = new AtomicInteger();
        page.route("**/events*", route -> route.fulfill(new Route.FulfillOptions().setStatus(200)
                .setHeaders(Map.of("Content-Type", "text/event-stream"))
                .setBody(times.getAndIncrement() == 0 ? "retry: 60000\n" + events : ": nothing\n\n")));
    }
}
