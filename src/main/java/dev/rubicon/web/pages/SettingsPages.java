package dev.rubicon.web.pages;

import dev.rubicon.registry.Environments;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.util.ArrayList;
import java.util.List;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** What can be set, and who may. */
@Controller
class SettingsPages {

    /**
     * One page of settings.
     *
     * @param says what is set there
     * @param who may change it
     */
    record Card(String href, String title, String says, String who, boolean mine) {}

    private final Environments environments;

    SettingsPages(Environments environments) {
        this.environments = environments;
    }

    @GetMapping("/settings")
    String all(@AuthenticationPrincipal Actor actor, Model model) {
        List<Card> cards = new ArrayList<>();
        cards.add(new Card("/settings/environments", "Environments",
                "Their order, and in each: approvals, guardrails, start windows, demanded rehearsals, drift, and who has "
                        + "which role.",
                "administrators of the environment",
                environments.all(actor).stream()
                        .anyMatch(one -> actor.may(Permission.MANAGE_ENVIRONMENTS, one.name()))));
        cards.add(new Card("/settings/freeze-windows", "Freeze windows",
                "Times in which no phase starts, everywhere, in one environment or on some targets.",
                "operators and administrators", actor.mayAnywhere(Permission.FREEZE)));
        cards.add(new Card("/settings/tokens", "Tokens", "What pipelines sign in with: scopes, expiry, last use.",
                "everybody their own", true));
        if (actor.mayAnywhere(Permission.MANAGE_PEOPLE)) {
            cards.add(new Card("/settings/users", "Users", "People, and their roles in each environment.",
                    "administrators", true));
        }
        if (actor.may(Permission.MANAGE_WEBHOOKS, Actor.EVERYWHERE)) {
            cards.add(new Card("/settings/webhooks", "Webhooks",
                    "Other systems that are told what happens here, and what became of each delivery.",
                    "administrators of everything", true));
        }
        cards.add(new Card("/settings/users/" + actor.name(), "Your account", "Your roles and your password.",
                "you, but for the roles", true));
        cards.add(new Card("/nodes", "Nodes", "The servers that carry the runs, and whether they are heard of.",
                "nobody here: start and stop them where they run", false));
        model.addAttribute("cards", cards);
        return "settings";
    }
}
