package dev.rubicon.web.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.options.AriaRole;
import dev.rubicon.testing.Requirement;
import dev.rubicon.testing.RubiconTest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestPropertySource;

/** The editor of plans in a real browser, with the rules of judgement behind it. */
@RubiconTest
@Import(FakeWorld.class)
@TestPropertySource(properties = "spring.web.resources.static-locations=file:target/classes/static/,classpath:/static/")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EditorIT {

    private static final String PLAN = """
            plan: index-users
            title: Index users
            engine: postgresql
            phases:
              - phase: expand
                steps:
                  - step: build
                    sql: CREATE INDEX users_email ON users (email);
                    rollback:
                      sql: DROP INDEX users_email;
                      dataLoss: none
            """;

    @LocalServerPort
    private int port;

    private Browser browser;

    @BeforeAll
    void start() {
        Requirement.CHROMIUM.demand("EditorIT");
        browser = Browser.start(port);
    }

    @AfterAll
    void stop() {
        if (browser != null) {
            browser.close();
        }
    }

    /** Puts a text into the editor, as a paste does. */
    static void write(Page page, String text) {
        page.locator(".cm-content").click();
        page.keyboard().press("Control+A");
        page.keyboard().insertText(text);
    }

    private Browser.Tab tab() {
        Browser.Tab tab = browser.tab("author", 1600, false);
        tab.open("/plans/new");
        assertThat(tab.page().locator(".cm-content")).isVisible();
        return tab;
    }

    private static Locator said(Page page) {
        return page.locator(".findings .said");
    }

    @Test
    void saysWhatTheRulesFindAtTheLineAndPutsTheSafeFormIn() {
        Browser.Tab tab = tab();
        write(tab.page(), PLAN);

        Locator finding = said(tab.page()).filter(new Locator.FilterOptions().setHasText("index-not-concurrent"));
        assertThat(finding).containsText("line 8");
        assertThat(finding.locator(".sign")).hasText("error");
        assertThat(tab.page().locator(".cm-lintRange-error").first()).containsText("CREATE");
        assertThat(tab.page().locator(".cm-line .lock").first()).containsText("SHARE on users: writes wait");

        finding.getByText("Use the safe form").click();
        assertThat(tab.page().locator(".cm-content")).containsText("CREATE INDEX CONCURRENTLY users_email ON users "
                + "(email);");
        assertThat(finding).hasCount(0);
        assertThat(tab.page().locator(".cm-line .lock").first()).containsText("nobody waits");
        assertThat(tab.complaints()).isEmpty();
        tab.page().context().close();
    }

    @Test
    void isUsedByTheKeyboardAloneAndLetsTabGo() {
        Browser.Tab tab = tab();
        write(tab.page(), PLAN);
        assertThat(tab.page().locator(".cm-lintRange-error").first()).isVisible();
        tab.page().keyboard().press("Control+Home");
        tab.page().keyboard().press("F8");
        assertThat(tab.page().locator(".cm-tooltip")).containsText("CREATE INDEX");
        tab.page().keyboard().press("Escape");
        tab.page().keyboard().press("Control+.");
        assertThat(tab.page().locator(".cm-content")).containsText("CONCURRENTLY");
        tab.page().keyboard().press("Control+Z");
        assertThat(tab.page().locator(".cm-content")).not().containsText("CONCURRENTLY");
        tab.page().keyboard().press("Tab");
        assertThat(tab.page().locator(".cm-editor")).not().hasClass(java.util.regex.Pattern.compile("cm-focused"));
        assertThat(tab.page().locator("#source")).hasValue(PLAN);
        tab.page().context().close();
    }

    @Test
    void completesKeysAndValuesFromTheSchemaAndExplainsThem() {
        Browser.Tab tab = tab();
        write(tab.page(), "plan: a\nengine: ");
        tab.page().keyboard().press("Control+Space");
        Locator first = tab.page().locator(".cm-tooltip-autocomplete li").first();
        assertThat(first).hasText("postgresql");
        first.click();
        tab.page().keyboard().press("Enter");
        tab.page().keyboard().type("pha");
        assertThat(first).containsText("phases");
        assertThat(tab.page().locator(".cm-completionInfo")).containsText("expand, migrate, contract");
        first.click();
        tab.page().keyboard().type("ph");
        assertThat(first).containsText("phase");
        first.click();
        assertThat(tab.page().locator(".cm-line").nth(1)).hasText("engine: postgresql");
        assertThat(tab.page().locator(".cm-line").nth(3)).hasText("- phase:");
        tab.page().locator(".cm-line").getByText("engine", new Locator.GetByTextOptions().setExact(true)).first()
                .hover();
        assertThat(tab.page().locator(".about")).containsText("The kind of database");
        tab.page().context().close();
    }

    @Test
    void saysWhereATextIsNotAPlanYet() {
        Browser.Tab tab = tab();
        write(tab.page(), PLAN.replace("expand", "exqand"));
        assertThat(tab.page().locator(".findings [role=status]")).containsText("Not a plan yet: 1 thing to mend");
        assertThat(tab.page().locator(".cm-lintRange-error")).hasText("exqand");
        said(tab.page()).getByText("line 5").click();
        tab.page().keyboard().type("^");
        assertThat(tab.page().locator(".cm-content")).containsText("- phase: ^exqand");
        tab.page().context().close();
    }

    @Test
    void colorsTheSqlInsideAndKeepsToTheContentPolicy() {
        Browser.Tab tab = browser.tab("author", 1600, false);
        Response page = tab.page().navigate("/plans/new");
        assertThat(page.headerValue("content-security-policy")).contains("default-src 'self'").doesNotContain("unsafe")
                .doesNotContain("style-src");
        write(tab.page(), PLAN);
        assertThat(tab.page().locator(".cm-line").getByText("CREATE",
                new Locator.GetByTextOptions().setExact(true)).first()).hasCSS("color", "rgb(42, 74, 134)");
        assertThat(tab.complaints()).isEmpty();
        tab.page().context().close();
    }

    @Test
    void loadsTheEditorOnItsPageAlone() {
        Browser.Tab tab = browser.tab("author", 1600, false);
        List<String> loaded = new java.util.ArrayList<>();
        tab.page().onRequest(request -> loaded.add(request.url()));
        tab.open("/plans");
        assertThat(loaded).noneMatch(url -> url.contains("editor"));
        tab.open("/plans/new");
        assertThat(tab.page().locator(".cm-content")).isVisible();
        assertThat(loaded).anyMatch(url -> url.matches(".*/assets/editor-[^/]+\\.js"));
        tab.page().context().close();
    }

    @Test
    void isATextAreaWithoutScripts() {
        Browser.Tab tab = browser.tabWithoutScripts("author");
        tab.open("/plans/new");
        tab.page().locator("#source").fill(PLAN.replace("expand", "exqand"));
        tab.press("Submit");
        assertThat(tab.page().getByRole(AriaRole.ALERT)).containsText("'exqand' is no phase");
        assertThat(tab.page().locator("#source")).hasValue(PLAN.replace("expand", "exqand"));
        tab.page().context().close();
    }

    @Test
    void writesAPlanFromARecipeWithoutScripts() {
        Browser.Tab tab = browser.tabWithoutScripts("author");
        tab.open("/plans/new");
        tab.press("Rename a column");
        tab.page().locator("[name=table]").fill("app.\"Users\"");
        tab.page().locator("[name=column]").fill("user name");
        tab.page().locator("[name=newColumn]").fill("display_name");
        tab.page().locator("[name=type]").fill("text");
        tab.page().locator("[name=application]").fill("web");
        tab.page().locator("[name=version]").fill("2.5.0");
        tab.press("Write the plan");
        assertThat(tab.page().locator("#hint-column")).containsText("is one name as SQL writes it");
        assertThat(tab.page().locator("[name=table]")).hasValue("app.\"Users\"");
        tab.page().locator("[name=column]").fill("username");
        tab.press("Write the plan");
        assertThat(tab.page().locator("#source"))
                .hasValue(java.util.regex.Pattern.compile("^plan: rename-users-username-to-display-name"));
        tab.page().context().close();
    }

    @ParameterizedTest
    @CsvSource({"360, false", "360, true", "1600, false", "1600, true"})
    void isUsableByEverybody(int width, boolean dark) {
        Browser.Tab tab = browser.tab("author", width, dark);
        tab.open("/plans/new");
        write(tab.page(), PLAN);
        assertThat(said(tab.page()).first()).isVisible();
        assertThat(new AxeBuilder(tab.page()).analyze().getViolations())
                .extracting(rule -> rule.getId() + " " + rule.getNodes()).isEmpty();
        assertThat(tab.page().evaluate("() => document.documentElement.scrollWidth"
                + " <= document.documentElement.clientWidth")).isEqualTo(true);
        tab.page().screenshot(new Page.ScreenshotOptions().setFullPage(true).setPath(Path.of("target", "screenshots",
                "editor-" + width + (dark ? "-dark" : "-light") + ".png")));
        tab.page().context().close();
    }
}
