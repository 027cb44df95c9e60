package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import dev.rubicon.testing.Requirement;
import dev.rubicon.testing.RubiconTest;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.test.context.TestPropertySource;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExecutionChain;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Every page in every state in a real browser: wide and narrow, light and dark, by keyboard, with and without scripts; a
 * picture of each lies in {@code target/screenshots}.
 */
@RubiconTest
@Import(FakeWorld.class)
@TestPropertySource(properties = "spring.web.resources.static-locations=file:target/classes/static/,classpath:/static/")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WalkIT {

    /** Compressed, with scripts and style sheets; the editor is a chunk of its own that one page loads. */
    private static final int MOST_BYTES = 300 * 1024;

    /** A stream that opens and stays silent, so that a picture does not depend on when it was taken. */
    static final String SILENT = """
            window.EventSource = class extends EventTarget {
              constructor() { super(); this.readyState = 1; setTimeout(() => this.onopen?.()); }
              close() {}
            }""";

    private static final String WEIGHT = """
            () => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
              .filter((one) => !/\\/editor[-.]/.test(one.name)).reduce((sum, one) -> sum + one.encodedBodySize, 0)"""
            .replace("->", "=>");

    @LocalServerPort
    private int port;

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping routes;

    @Autowired
    private FakeSettings settings;

    private Browser browser;
    private Browser.Tab tab;
    private Browser.Tab still;

    @BeforeAll
    void start() {
        Requirement.CHROMIUM.demand("WalkIT");
        settings.arrive();
        browser = Browser.start(port);
        tab = browser.tab("", 1600, false);
        tab.page().addInitScript(SILENT);
        still = browser.tabWithoutScripts("");
    }

    @AfterAll
    void stop() {
        if (browser != null) {
            browser.close();
        }
        Gallery.list();
    }

    static List<PageTable.View> views() {
        return PageTable.chosen();
    }

    @ParameterizedTest
    @MethodSource("views")
    void readsWellWideAndNarrowInLightAndDark(PageTable.View view) {
        SoftAssertions all = new SoftAssertions();
        Page page = tab.page();
        page.setViewportSize(1600, 900);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        tab.be(view.as());
        tab.open(view.path());
        settle(page, view.path());
        all.assertThat(((Number) Objects.requireNonNull(page.evaluate(WEIGHT))).intValue()).as("bytes")
                .isLessThan(MOST_BYTES);
        all.assertThat(Sight.hiddenFocus(page)).as("by keyboard").isEmpty();
        page.evaluate("scrollTo(0, 0); document.activeElement?.blur()");
        look(page, view, 1600, false, all);
        look(page, view, 1600, true, all);
        look(page, view, 360, false, all);
        look(page, view, 360, true, all);
        all.assertThat(tab.complaints()).as("the console").isEmpty();
        tab.complaints().clear();
        all.assertAll();
    }

    private static void settle(Page page, String path) {
        page.evaluate("document.querySelectorAll('details.steer').forEach(fold => fold.open = true)");
        if (path.startsWith("/rollouts/118/runs/") && page.locator("#curve, a[data-curve]").count() > 0) {
            page.locator("#curve canvas").first().waitFor();
        }
        if (page.locator("textarea[data-editor]").count() > 0) {
            page.locator(".cm-content").first().waitFor();
        }
    }

    private static void look(Page page, PageTable.View view, int width, boolean dark, SoftAssertions all) {
        String how = "%d-%s".formatted(width, dark ? "dark" : "light");
        page.setViewportSize(width, 900);
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(dark ? ColorScheme.DARK : ColorScheme.LIGHT));
        Gallery.take(page, view.name() + "-" + how);
        all.assertThat(dark ? Sight.findingsOfColour(page) : Sight.findings(page)).as("at " + how).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("views")
    void offersNothingDeadWithoutScripts(PageTable.View view) {
        still.be(view.as());
        still.open(view.path());
        assertThat(Sight.deadControls(still.page())).isEmpty();
        assertThat(still.complaints()).isEmpty();
    }

    @Test
    void looksAtEveryPageThatIsServed() throws Exception {
        Set<Method> seen = new HashSet<>();
        for (PageTable.View view : PageTable.all()) {
            served(view.path()).ifPresent(seen::add);
        }
        Set<String> unseen = routes.getHandlerMethods().entrySet().stream()
                .filter(route -> route.getKey().getMethodsCondition().getMethods().contains(RequestMethod.GET))
                .filter(route -> route.getValue().getBeanType().getName().startsWith("dev.rubicon."))
                .filter(route -> route.getValue().getBeanType().isAnnotationPresent(Controller.class))
                .filter(route -> !seen.contains(route.getValue().getMethod()))
                .map(route -> String.join(" ", route.getKey().getPatternValues())).collect(Collectors.toSet());
        assertThat(unseen).as("pages with no entry in PageTable").isEmpty();
    }

    private Optional<Method> served(String path) throws Exception {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", path.replaceFirst("\\?.*", ""));
        ServletRequestPathUtils.parseAndCache(request);
        HandlerExecutionChain chain = routes.getHandler(request);
        return chain != null && chain.getHandler() instanceof HandlerMethod handler
                ? Optional.of(handler.getMethod())
                : Optional.empty();
    }
}
