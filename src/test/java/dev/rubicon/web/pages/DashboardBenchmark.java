package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import dev.rubicon.testing.Api;
import dev.rubicon.testing.BenchmarkReport;
import dev.rubicon.testing.Fleet;
import dev.rubicon.testing.Requirement;
import dev.rubicon.testing.RubiconTest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Runs by {@code mvn -Pbench verify}: when a browser on the same machine first paints each page over a control database
 * after a year, what the page weighs, and how a page feels while a thousand events a minute arrive.
 */
@RubiconTest
@Tag("bench")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardBenchmark {

    private static final int AGAIN = Integer.getInteger("bench.repetitions", 7);
    private static final int LIVE_SECONDS = Integer.getInteger("bench.live", 30);
    private static final int GOAL_MS = 300;
    private static final int GOAL_BYTES = 300 * 1024;
    private static final int EVENTS_A_MINUTE = 1_000;

    /** First contentful paint and the end of the answer in ms after the navigation, and bytes of the page and of all. */
    private static final String FIGURES = """
            async () => {
              const paint = () => performance.getEntriesByName('first-contentful-paint')[0];
              while (!paint()) await new Promise((resolve) => setTimeout(resolve, 5));
              const own = performance.getEntriesByType('navigation')[0];
              const parts = performance.getEntriesByType('resource').filter((one) => !/\\/editor-/.test(one.name));
              return [paint().startTime, own.responseEnd, own.encodedBodySize,
                own.encodedBodySize + parts.reduce((sum, one) => sum + one.encodedBodySize, 0)];
            }""";

    private static final String WATCH = """
            (() => {
              window.shifts = 0;
              window.tasks = [];
              window.frames = [];
              new PerformanceObserver((list) => list.getEntries().forEach((one) => { window.shifts += one.value; }))
                .observe({ type: 'layout-shift', buffered: true });
              new PerformanceObserver((list) => list.getEntries().forEach((one) => window.tasks.push(one.duration)))
                .observe({ type: 'longtask' });
              let last = 0;
              const frame = (now) => { if (last) window.frames.push(now - last); last = now; requestAnimationFrame(frame); };
              requestAnimationFrame(frame);
            })()""";

    @LocalServerPort
    private int port;

    @Autowired
    private Api api;

    @Autowired
    private JdbcClient jdbc;

    /** Milliseconds and bytes; the first visit with nothing in the cache, and the median of visits after it. */
    private record Row(String page, double first, double again, double answer, int own, int all) {}

    @Test
    void paintsEveryPageSoonAndStaysSmoothWhileEventsArrive() {
        Requirement.CHROMIUM.demand("DashboardBenchmark");
        Fleet fleet = new Fleet(api, "crowd", 1, 1_000);
        fleet.submit(fleet.renameUsername());
        fleet.open(fleet.plan(), Map.of("percent", 100));
        jdbc.sql(Sight.resource("crowd.sql")).update();
        try (Browser browser = Browser.start(port)) {
            List<Row> rows = pages(fleet.plan()).entrySet().stream()
                    .map(page -> visit(browser, page.getKey(), page.getValue())).toList();
            BenchmarkReport report = BenchmarkReport.ofThisBuild();
            report.replace(getClass(), "The dashboard's pages", table(rows));
            report.replace(getClass(), "A page while events arrive", live(browser));
            assertThat(rows).allSatisfy(row -> assertThat(row.all()).as(row.page()).isLessThan(GOAL_BYTES));
        }
    }

    private Map<String, String> pages(String plan) {
        long big = rolloutOn(1000);
        long waiting = jdbc.sql("SELECT max(id) FROM rollout WHERE state = 'WAITING'").query(Long.class).single();
        long done = jdbc.sql("SELECT max(id) FROM rollout WHERE state = 'DONE'").query(Long.class).single();
        String revision = "/plans/" + plan + "/revisions/1";
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("inbox", "/");
        pages.put("rollouts, 1,003 of them", "/rollouts");
        pages.put("rollout, waiting", "/rollouts/" + waiting);
        pages.put("rollout, done", "/rollouts/" + done);
        pages.put("rollout, 60 targets", "/rollouts/" + rolloutOn(60));
        pages.put("rollout, 1,000 targets", "/rollouts/" + big);
        pages.put("rollout, 1,000 targets, all shown", "/rollouts/" + big + "?all=true");
        pages.put("run", "/rollouts/" + big + "/runs/crowd-0700");
        pages.put("approval", "/rollouts/" + waiting + "/phases/0/approve");
        pages.put("way back", "/rollouts/" + done + "/rollback");
        pages.put("plans", "/plans");
        pages.put("plan", revision);
        pages.put("plan, rollback plan", revision + "?tab=rollback");
        pages.put("plan, its 1,003 rollouts", revision + "?tab=rollouts");
        pages.put("rehearsals", revision + "/rehearsals");
        pages.put("new plan", "/plans/new");
        pages.put("recipe", "/plans/new/recipes/split-column");
        pages.put("new rollout, 1,000 targets", revision + "/rollouts/new");
        pages.put("targets, 1,000 of them", "/targets");
        pages.put("target", "/targets/crowd-0001");
        pages.put("schema", "/targets/crowd-0001/schema");
        pages.put("drift", "/targets/crowd-0001/drift");
        pages.put("audit", "/audit");
        pages.put("nodes", "/nodes");
        pages.put("problems", "/problems");
        pages.put("rules", "/docs/rules");
        return pages;
    }

    private long rolloutOn(int targets) {
        return jdbc.sql("SELECT rollout FROM rollout_run GROUP BY 1 HAVING count(*) = ?").param(targets)
                .query(Long.class).single();
    }

    private Row visit(Browser browser, String name, String path) {
        Browser.Tab tab = browser.tab("", 1600, false).signIn("admin");
        // signing in has loaded the assets: the first visit is one without them
        var session = tab.page().context().newCDPSession(tab.page());
        // this page's code is warm on the server, as on one that people use
        IntStream.range(0, 3).forEach(i -> tab.open(path));
        session.send("Network.clearBrowserCache");
        double first = figures(tab.page(), path).getFirst();
        List<List<Double>> again = new ArrayList<>();
        IntStream.range(0, AGAIN).forEach(i -> again.add(figures(tab.page(), path)));
        assertThat(tab.complaints()).isEmpty();
        tab.page().context().close();
        return new Row(name, first, median(again, 0), median(again, 1), again.getLast().get(2).intValue(),
                again.getLast().get(3).intValue());
    }

    private static List<Double> figures(Page page, String path) {
        page.navigate(path);
        return ((List<?>) Objects.requireNonNull(page.evaluate(FIGURES))).stream()
                .map(each -> ((Number) Objects.requireNonNull(each)).doubleValue()).toList();
    }

    private static double median(List<List<Double>> all, int column) {
        return all.stream().map(each -> each.get(column)).sorted().toList().get(all.size() / 2);
    }

    private static String table(List<Row> rows) {
        double worst = rows.stream().mapToDouble(row -> Math.max(row.first(), row.again())).max().orElseThrow();
        int heaviest = rows.stream().mapToInt(Row::all).max().orElseThrow();
        return """
                First contentful paint in Chromium on the same machine, in ms after the navigation began, 1,600 px wide: the first
                visit with an empty cache, and the median of %d visits after it; *answer* is when the last byte of the page was
                there. Kilobytes as they came over the wire, compressed: the page, and with it scripts and style sheets (the
                editor of the page that has one is not in it). The control database holds 1,000 targets and 1,003 rollouts. The
                slowest paint is %.0f ms (goal: %d), the heaviest page weighs %.0f KB (goal: %d).

                | page | first visit | again | answer | KB | KB in all |
                |---|---|---|---|---|---|
                %s
                """.formatted(AGAIN, worst, GOAL_MS, heaviest / 1024.0, GOAL_BYTES / 1024, rows.stream()
                .map(row -> String.format(Locale.ROOT, "| %s | %.0f | %.0f | %.0f | %.1f | %.0f |", row.page(),
                        row.first(), row.again(), row.answer(), row.own() / 1024.0, row.all() / 1024.0))
                .collect(Collectors.joining("\n")));
    }

    private String live(Browser browser) {
        Map<String, Long> sides = new LinkedHashMap<>();
        sides.put("60 targets", rolloutOn(60));
        sides.put("1,000 targets", rolloutOn(1000));
        String rows = sides.entrySet().stream().map(side -> "| " + side.getKey() + follow(browser, side.getValue()))
                .collect(Collectors.joining("\n"));
        return """
                A rollout's page in Chromium for %d s while %,d events a minute arrive from the real stream: nine ticks of a
                running backfill, then a change of state that makes the page look again. *Looks* are how often it did. A task of
                the main thread of more than 50 ms is a long one; a frame is dropped where two come more than 50 ms apart.

                | page | events | looks | long tasks | longest task, ms | longest frame, ms | frames dropped | layout shift |
                |---|---|---|---|---|---|---|---|
                %s
                """.formatted(LIVE_SECONDS, EVENTS_A_MINUTE, rows);
    }

    private String follow(Browser browser, long rollout) {
        Browser.Tab tab = browser.tab("", 1600, false).signIn("admin");
        List<String> looks = new ArrayList<>();
        tab.page().onRequest(request -> {
            if (request.headers().containsKey("rubicon-look")) {
                looks.add(request.url());
            }
        });
        tab.open("/rollouts/" + rollout);
        tab.page().waitForCondition(() -> "live".equals(tab.page().locator("#live").textContent()));
        tab.page().evaluate(WATCH);
        int events = EVENTS_A_MINUTE * LIVE_SECONDS / 60;
        long begun = System.nanoTime();
        for (int i = 0; i < events; i++) {
            event(rollout, i);
            LockSupport.parkNanos(begun + (i + 1) * 60_000_000_000L / EVENTS_A_MINUTE - System.nanoTime());
        }
        Map<?, ?> seen = (Map<?, ?>) Objects.requireNonNull(tab.page().evaluate("""
                () => ({ count: tasks.length, longest: Math.max(0, ...tasks), frame: Math.max(0, ...frames),
                  dropped: frames.filter((one) => one > 50).length, shifts })"""));
        tab.page().context().close();
        return String.format(Locale.ROOT, " | %d | %d | %s | %.0f | %.0f | %s | %.4f |", events, looks.size(),
                seen.get("count"), number(seen, "longest"), number(seen, "frame"), seen.get("dropped"),
                number(seen, "shifts"));
    }

    private static double number(Map<?, ?> seen, String name) {
        return ((Number) Objects.requireNonNull(seen.get(name))).doubleValue();
    }

    private void event(long rollout, int number) {
        boolean tick = number % 10 != 0;
        jdbc.sql("""
                INSERT INTO rollout_event (rollout, at, type, data)
                SELECT ?, now(), ?, jsonb_build_object('target', target, 'phase', 1, 'step', 'copy-username', 'done', 640000
                       + ? * 100, 'total', 1000000, 'perSecond', 41200, 'changed', 640000, 'unit', 'rows')
                  FROM phase_run WHERE rollout = ? AND state = 'PAUSED' ORDER BY id LIMIT 1
                """).params(rollout, tick ? "step.progress" : "run.state", number, rollout).update();
    }
}
