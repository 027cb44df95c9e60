package dev.rubicon.web.pages;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.rubicon.testing.Fleet;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/** The same ways without a mouse. */
class KeyboardJourneyIT extends Journey {

    /** More stops than any page has before what is looked for. */
    private static final int STOPS = 150;

    /** Goes on with the tabulator until the focus is on what is called so. */
    private static void tabsTo(Person person, Locator wanted) {
        wanted.waitFor();
        for (int i = 0; i < STOPS; i++) {
            person.keys("Tab");
            if (Boolean.TRUE.equals(wanted.evaluate("element => element === document.activeElement"))) {
                return;
            }
        }
        throw new AssertionError("the tabulator never comes to " + wanted);
    }

    @Test
    void approvesFromTheInboxWithoutAMouse() {
        Fleet fleet = new Fleet(api, "journey-keys", 1, 5);
        long id = opened(fleet, plan(fleet, "A column by the keyboard", column("keys")));

        Person approver = arrives("approver").opens("/");
        tabsTo(approver, approver.link("Approve… A column by the keyboard"));
        approver.keys("Enter").isOn("Decide: Expand");
        tabsTo(approver, approver.field("Comment"));
        approver.page().keyboard().type("no mouse here");
        tabsTo(approver, approver.button("Approve Expand"));
        approver.keys("Enter").isTold("Approved").sees("no mouse here");
        fleet.awaitState(id, "DONE");
    }

    @Test
    void keepsTheFocusWhereItIsOrGivesItToWhatTookItsPlace() {
        Fleet fleet = new Fleet(api, "journey-focus", 1, 5);
        long id = openedByHand(fleet, plan(fleet, "A column under the focus", column("focus")));
        fleet.approve(fleet.rollout(id), 0).expect(201);

        Person operator = arrives("operator").opensRollout(id).seesConnection("live");
        tabsTo(operator, operator.button("Start Expand"));
        api.as("operator").post("/rollouts/" + id + "/pause", Map.of()).expect(202);
        assertThat(operator.button("Resume")).isFocused();
        operator.keys("Enter").isTold("Resumed");
        assertThat(operator.button("Start Expand")).isFocused();
        operator.keys("Enter").isTold("Started").isOn("done");
        Assertions.assertThat(operator.page().evaluate("() => document.activeElement.closest('#act, main') !== null"))
                .isEqualTo(true);
    }

    /** Presses the button that took the place of the pressed one as soon as it is there, before anything else can run. */
    private static final String PRESS_AT_ONCE = """
            () => {
              const watch = new MutationObserver(() => {
                const start = [...document.querySelectorAll('#page button')].find((one) => one.textContent.includes('Start Expand'));
                if (start) { watch.disconnect(); start.click(); }
              });
              watch.observe(document.getElementById('page'), { subtree: true, childList: true, characterData: true });
            }""";

    @Test
    void doesWhatAButtonSaysFromTheMomentThatItSaysSo() {
        Fleet fleet = new Fleet(api, "journey-moment", 1, 5);
        long id = openedByHand(fleet, plan(fleet, "A column in a moment", column("moment")));
        fleet.approve(fleet.rollout(id), 0).expect(201);
        api.as("operator").post("/rollouts/" + id + "/pause", Map.of()).expect(202);

        Person operator = arrives("operator").opensRollout(id).seesConnection("live").seesButton("Resume");
        operator.page().evaluate(PRESS_AT_ONCE);
        operator.presses("Resume").isTold("Started").isOn("done");
    }

    @Test
    void jumpsToAPlanARolloutAndATarget() {
        Fleet fleet = new Fleet(api, "journey-jump", 1, 5);
        long id = opened(fleet, plan(fleet, "A column to jump to", column("jump")));

        Person reader = arrives("author");
        jumps(reader, "rename-journey-jump plan").isOn(fleet.plan()).sees("A column to jump to", "Revisions");
        jumps(reader, "#" + id + " journey-jump").isOn("waits: " + fleet.plan());
        jumps(reader, "journey-jump-0").sees("journey-jump-0").isOn("journey-jump-0");
        Locator signOut = reader.button("Sign out");
        signOut.focus();
        reader.keys("Control+k");
        assertThat(reader.page().getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("Jump to")))
                .isFocused();
        reader.keys("Escape");
        assertThat(signOut).isFocused();
    }

    private static Person jumps(Person reader, String words) {
        reader.keys("Control+k");
        reader.page().getByRole(AriaRole.COMBOBOX, new Page.GetByRoleOptions().setName("Jump to")).fill(words);
        Locator places = reader.page().getByRole(AriaRole.LISTBOX, new Page.GetByRoleOptions().setName("Places"))
                .getByRole(AriaRole.OPTION);
        assertThat(places).hasCount(1);
        assertThat(places).containsText("journey-jump");
        return reader.keys("Enter");
    }
}
