package dev.rubicon.web.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.regex.Pattern;

/** Somebody at a browser, who finds things by what they are called. What is expected is waited for. */
final class Person {

    private final Browser.Tab tab;
    private final Page page;
    private final String name;

    Person(Browser.Tab tab, String name) {
        this.tab = tab;
        this.page = tab.page();
        this.name = name;
        page.setDefaultTimeout(Journey.PATIENCE_MS);
    }

    Page page() {
        return page;
    }

    List<String> complaints() {
        return tab.complaints();
    }

    Person signsIn() {
        tab.signIn(name);
        return this;
    }

    void leaves() {
        page.context().close();
    }

    Person opens(String path) {
        page.navigate(path);
        return this;
    }

    Person opensRollout(long id) {
        return opens("/rollouts/" + id);
    }

    Person goesBack() {
        page.goBack();
        return this;
    }

    Person follows(String link) {
        link(link).click();
        return this;
    }

    Person presses(String button) {
        button(button).click();
        return this;
    }

    Person pressesTwice(String button) {
        button(button).waitFor();
        page.waitForLoadState();
        button(button).dblclick();
        return this;
    }

    Person unfolds(String summary) {
        page.locator("summary").filter(new Locator.FilterOptions().setHasText(summary)).first().click();
        return this;
    }

    Person types(String field, String text) {
        field(field).fill(text);
        return this;
    }

    Person chooses(String field, String option) {
        field(field).selectOption(option);
        return this;
    }

    Person ticks(String field) {
        field(field).check();
        return this;
    }

    Person keys(String... keys) {
        page.waitForLoadState();
        for (String key : keys) {
            page.keyboard().press(key);
        }
        return this;
    }

    /** Answers yes to the next question that the browser asks. */
    Person saysYesTo(String question) {
        page.onceDialog(dialog -> {
            if (dialog.message().contains(question)) {
                dialog.accept();
            } else {
                dialog.dismiss();
            }
        });
        return this;
    }

    Person sees(String... words) {
        for (String word : words) {
            assertThat(page.getByRole(AriaRole.MAIN)).containsText(word);
        }
        return this;
    }

    Person seesNo(String words) {
        assertThat(page.getByRole(AriaRole.MAIN)).not().containsText(words);
        return this;
    }

    /** What the page says of what was done. */
    Person isTold(String... words) {
        for (String word : words) {
            assertThat(page.locator("#notice")).containsText(word);
        }
        return this;
    }

    Person isRefused(String... words) {
        for (String word : words) {
            assertThat(page.getByRole(AriaRole.ALERT)).containsText(word);
        }
        return this;
    }

    Person isOn(String title) {
        // read by JavaScript, which does not know \\Q
        assertThat(page).hasTitle(Pattern.compile(title.replaceAll("[^\\w\\s:-]", "\\\\$0")));
        // The title is there before the script that listens to keys and presses.
        page.waitForLoadState();
        return this;
    }

    Person seesButton(String button) {
        assertThat(button(button)).isEnabled();
        return this;
    }

    Person seesButtonShut(String button) {
        assertThat(button(button)).isDisabled();
        return this;
    }

    Person seesNoButton(String button) {
        assertThat(button(button)).hasCount(0);
        return this;
    }

    Person seesConnection(String word) {
        assertThat(page.locator("#live")).hasText(word);
        return this;
    }

    Locator part(String heading) {
        return page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName(heading));
    }

    Locator link(String link) {
        return page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName(link)).first();
    }

    Locator button(String button) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(button).setExact(true));
    }

    Locator field(String label) {
        return page.getByLabel(label).first();
    }
}
