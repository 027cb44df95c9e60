package dev.rubicon.web.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.rubicon.testing.Requirement;
import dev.rubicon.testing.Server;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's walk through the demo, as two people do it in two browsers: a server of its own with its embedded
 * database, no test double anywhere. Its pictures lie in {@code target/screenshots}.
 */
class DemoWalkIT {

    private static final int PATIENCE_MS = 120_000;

    @TempDir
    private Path folder;

    @Test
    void approvesWatchesAndCrossesTheRiver() {
        Requirement.CHROMIUM.demand("DemoWalkIT");
        String assets = Path.of("target/classes/static").toUri().toString();
        try (Server server = Server.start(folder,
                Map.of("spring.web.resources.static-locations", "classpath:/static/," + assets), Map.of());
                Browser browser = Browser.start(server.port())) {
            server.awaitDemo();
            Browser.Tab approver = browser.tab("", 1280, false).signIn("approver");
            Browser.Tab operator = browser.tab("", 1280, false).signIn("operator");
            walk(approver, operator);
            Gallery.list();
            readsWell(browser.tab("", 1280, false));
            Assertions.assertThat(approver.complaints()).isEmpty();
            Assertions.assertThat(operator.complaints()).isEmpty();
        }
    }

    private static void walk(Browser.Tab approver, Browser.Tab operator) {
        // the inbox says what waits; one click leads to the decision
        assertThat(approver.page().locator("#page")).containsText("Rename users.username to users.display_name");
        picture(approver, "walk-1-inbox");
        // other rollouts of the demo may wait there too
        approver.page().locator("a[href='/rollouts/1/phases/0/approve']").first().click();
        picture(approver, "walk-2-approve");
        approver.press("Approve Expand");
        operator.open("/rollouts/1");
        awaitRail(operator, 0, "done");

        // migrate: the pipeline's reports open the gate, the page follows without a reload
        approve(approver, 1, "Approve Copy the names");
        report(operator, "2.4.0", "is live");
        report(operator, "2.3.0", "is gone");
        awaitRail(operator, 1, "done");
        picture(operator, "walk-3-copied");

        // the river: not without a backup, and only by typing the plan's name
        report(operator, "2.5.0", "is live");
        report(operator, "2.4.0", "is gone");
        Locator backup = unfold(operator, "#record-backup");
        backup.getByLabel("Kind").fill("pg_basebackup");
        backup.getByLabel("Where it lies").fill("backups/demo");
        backup.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Record").setExact(true)).click();
        assertThat(operator.page().locator(".notice")).containsText("Recorded a backup of shop-canary");
        approver.open("/rollouts/1/phases/2/approve");
        picture(approver, "walk-4-river");
        approver.page().getByLabel("Type rename-username to cross").fill("rename-username");
        approver.press("Approve the crossing");
        assertThat(operator.page().locator(".head-what")).containsText("Past the point of no return on every target",
                new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE_MS));
        operator.page().waitForCondition(() -> operator.page().title().startsWith("done"),
                new Page.WaitForConditionOptions().setTimeout(PATIENCE_MS));
        picture(operator, "walk-5-done");
    }

    /** The pages of this rollout when it is over, as axe and our own eyes see them; nothing moves while they are judged. */
    private static void readsWell(Browser.Tab reader) {
        Page page = reader.page();
        page.addInitScript(WalkIT.SILENT + "; window.setInterval = () => 0;");
        reader.signIn("operator");
        SoftAssertions all = new SoftAssertions();
        for (String path : List.of("/rollouts/1", "/rollouts/1/phases/2/approve", "/rollouts/1/rollback?toPhase=0",
                "/rollouts/1/runs/shop-canary", "/plans/rename-username")) {
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
            reader.open(path);
            all.assertThat(Sight.findings(page)).as(path + " in light").isEmpty();
            page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
            all.assertThat(Sight.findingsOfColour(page)).as(path + " in dark").isEmpty();
        }
        all.assertThat(reader.complaints()).isEmpty();
        all.assertAll();
    }

    private static void approve(Browser.Tab approver, int phase, String button) {
        approver.open("/rollouts/1/phases/" + phase + "/approve");
        approver.press(button);
        approver.page().waitForURL("**/rollouts/1");
    }

    private static void report(Browser.Tab operator, String version, String state) {
        Locator form = unfold(operator, "#report-deployment");
        form.getByLabel("Version").fill(version);
        form.getByLabel(state).check();
        form.getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Report").setExact(true)).click();
        assertThat(operator.page().locator(".notice")).containsText(version);
    }

    private static Locator unfold(Browser.Tab tab, String details) {
        Locator folded = tab.page().locator(details);
        if (folded.getAttribute("open") == null) {
            folded.locator("summary").click();
        }
        return folded;
    }

    /** The rail's node of a phase comes to this word by itself: nobody reloads the page. */
    private static void awaitRail(Browser.Tab tab, int phase, String word) {
        assertThat(tab.page().locator("#phase-" + phase + " .stand .sign")).containsText(word,
                new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE_MS));
    }

    private static void picture(Browser.Tab tab, String name) {
        tab.page().screenshot(new Page.ScreenshotOptions().setFullPage(true)
                .setPath(Path.of("target/screenshots/" + name + ".png")));
    }
}
