package dev.rubicon.web.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.rubicon.testing.Requirement;
import dev.rubicon.testing.RubiconTest;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

/** What a page does while events arrive, while nobody looks, and while the server is away. */
@RubiconTest
@Import(FakeWorld.class)
@TestPropertySource(properties = "spring.web.resources.static-locations=file:target/classes/static/,classpath:/static/")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveIT {

    /** A minute's worth at a thousand a minute, in less time: mostly ticks, and changes of state between them. */
    private static final String THOUSAND = """
            async () => {
              const begun = performance.now();
              for (let i = 0; i < 1000; i++) {
                const target = `shop-ap-${47 + i % 3}`;
                if (i % 10 === 0) window.pump('run.state', { target, state: 'running' });
                else window.pump('step.progress', { target, phase: 1, step: 'copy-username', done: 6400000 + i * 1000,
                  total: 10000000, perSecond: 40000 + i, changed: 6399000 + i * 1000, backfill: { lanes: 2, batchRows: 5120,
                  batchMillis: 40 + i % 20, why: 'Runs at 78 %', leftLow: 90 - i % 20, leftHigh: 130,
                  brake: i % 2 ? 'Runs at 78 %: replica lag 3.5 s of 5 s' : 'Full speed', throttle: [] } });
                if (i % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 50));
              }
              return performance.now() - begun;
            }""";

    /** Until what the page's own script changed at the beginning has been drawn, and told to observers. */
    private static final String DRAWN = """
            () => new Promise((done) =>
              requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))""";

    private static final String SEEN = """
            (seen) => {
              Object.defineProperty(document, 'hidden', { configurable: true, get: () => !seen });
              document.dispatchEvent(new Event('visibilitychange'));
            }""";

    @LocalServerPort
    private int port;

    private Browser browser;
    private Browser.Tab tab;
    private final AtomicInteger looks = new AtomicInteger();

    @BeforeAll
    void start() {
        Requirement.CHROMIUM.demand("LiveIT");
        browser = Browser.start(port);
    }

    @AfterAll
    void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void open() {
        FakeWorld.ROLLOUTS.copied = 0.64;
        tab = browser.tab("operator", 1600, false);
        tab.page().addInitScript(Sight.resource("pump.js"));
        tab.page().onRequest(request -> {
            if (request.headers().containsKey("rubicon-look")) {
                looks.incrementAndGet();
            }
        });
        tab.open("/rollouts/118");
        assertThat(tab.page().locator("#live")).hasText("live");
        looks.set(0);
    }

    @AfterEach
    void close() {
        FakeWorld.ROLLOUTS.copied = 0.64;
        tab.page().context().close();
    }

    @Test
    void gathersAThousandEventsIntoFewLooksAndNothingMoves() {
        Page page = tab.page();
        page.evaluate(DRAWN);
        Object calm = page.evaluate("() => performance.now()");
        double took = ((Number) Objects.requireNonNull(page.evaluate(THOUSAND))).doubleValue();
        assertThat(page.locator("[data-progress='shop-ap-47/1/copy-username'] [data-amount]").first())
                .containsText("of ≈ 10,000,000");

        assertThat(looks.get()).as("looks in %.0f ms", took).isBetween(1, (int) (took / 250) + 2);
        assertThat(page.evaluate("(calm) => window.shifts.filter((one) => one.at >= calm)", calm)).as("what moved")
                .isEqualTo(List.of());
        assertThat(tab.complaints()).isEmpty();
    }

    @Test
    void isQuietWhileNobodyLooksAndCatchesUp() {
        Page page = tab.page();
        page.evaluate(SEEN, false);
        assertThat(page.evaluate("() => window.streams.map((one) => one.readyState)")).isEqualTo(List.of(2));
        FakeWorld.ROLLOUTS.copied = 0.93;
        page.evaluate("() => window.pump('run.state', {})");
        assertThat(looks).hasValue(0);

        page.evaluate(SEEN, true);
        assertThat(page.locator("#phase-1 .track .across .leg.done")).hasAttribute("x2", "100%");
        assertThat(page.evaluate("() => window.streams.map((one) => one.readyState)")).isEqualTo(List.of(2, 1));
        assertThat(page.evaluate("() => new URL(window.streams[1].address, location.href).searchParams.get('after')"))
                .isEqualTo("4711");
    }

    @Test
    void saysInWordsThatTheServerIsAwayAndComesBack() {
        Page page = tab.page();
        page.evaluate("() => { window.away = true; window.streams[0].readyState = 0; window.streams[0].onerror() }");
        Locator lost = page.getByRole(AriaRole.ALERT).filter(new Locator.FilterOptions().setHasText("No connection"));
        assertThat(lost).isVisible();
        assertThat(Sight.findings(page)).isEmpty();
        FakeWorld.ROLLOUTS.copied = 0.93;

        // back at the very press: it tries by itself too, and there would be nothing to press any more
        lost.getByRole(AriaRole.BUTTON)
                .evaluate("(button) => button.addEventListener('click', () => { window.away = false }, true)");
        lost.getByRole(AriaRole.BUTTON).click();
        assertThat(lost).hasCount(0);
        assertThat(page.locator("#phase-1 .track .across .leg.done")).hasAttribute("x2", "100%");
        assertThat(page.locator("#live")).hasText("live");
    }

    @Test
    void leavesNothingStandingOfAPageThatItsReaderMayNoLongerSee() {
        Page page = tab.page();
        answersLooksWith(403);
        page.evaluate("() => window.pump('run.state', {})");
        assertThat(page.locator("h1")).hasText("You may no longer see this");
        assertThat(page.getByRole(AriaRole.ALERT)).containsText("Ask whoever manages people");
        assertThat(page.getByRole(AriaRole.MAIN).locator("form, button")).hasCount(0);
        assertThat(page.evaluate("() => window.streams.map((one) => one.readyState)")).isEqualTo(List.of(2));
        assertThat(page.locator("#live")).hasText("");
        pictures(page, "no-longer-yours");

        page.unroute("**/rollouts/118");
        page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Look again")).click();
        assertThat(page.locator("#live")).hasText("live");
        tab.complaints().clear();
    }

    @Test
    void saysThatWhatThePageIsAboutIsGone() {
        Page page = tab.page();
        answersLooksWith(404);
        page.evaluate("() => window.pump('run.state', {})");
        assertThat(page.locator("h1")).hasText("This is gone");
        assertThat(page).hasTitle("This is gone · Rubicon");
        assertThat(page.getByRole(AriaRole.MAIN).locator("form, button")).hasCount(0);
        assertThat(Sight.findings(page)).isEmpty();
        tab.complaints().clear();
    }

    private void answersLooksWith(int status) {
        tab.page().route("**/rollouts/118", route -> {
            if (route.request().headers().containsKey("rubicon-look")) {
                route.fulfill(new Route.FulfillOptions().setStatus(status).setBody("<h1>no</h1>"));
            } else {
                route.resume();
            }
        });
    }

    @Test
    void bringsBackWhatWasTypedAndNotSent() {
        Page page = tab.page();
        tab.open("/rollouts/118/rollback");
        page.locator("textarea[name=reason]").fill("the nightly reports stand still");
        tab.open("/plans/new");
        tab.open("/rollouts/118/rollback");
        assertThat(page.locator("textarea[name=reason]")).hasValue("the nightly reports stand still");
        assertThat(page.locator("#draft")).containsText("What you typed before is back");
        pictures(page, "draft-is-back");

        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Discard it")).click();
        assertThat(page.locator("textarea[name=reason]")).hasValue("");
        assertThat(page.locator("#draft")).hasCount(0);
    }

    @Test
    void bringsTheTextOfTheEditorBackAndDiscardsIt() {
        Page page = tab.page();
        tab.be("author");
        tab.open("/plans/new");
        page.locator(".cm-content").click();
        page.keyboard().type("plan: half-typed");
        tab.open("/plans");
        tab.open("/plans/new");
        assertThat(page.locator(".cm-content")).containsText("plan: half-typed");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Discard it")).click();
        assertThat(page.locator(".cm-content")).not().containsText("half-typed");
        tab.open("/plans/new");
        assertThat(page.locator(".cm-content")).not().containsText("half-typed");
    }

    private static void pictures(Page page, String name) {
        for (int width : new int[]{360, 1600}) {
            for (ColorScheme scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
                page.setViewportSize(width, 900);
                page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
                Gallery.take(page, "%s-%d-%s".formatted(name, width, scheme.name().toLowerCase(Locale.ROOT)));
                assertThat(Sight.findings(page)).as("%d %s", width, scheme).isEmpty();
            }
        }
    }
}
