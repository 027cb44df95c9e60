package dev.rubicon.web.pages;

import dev.rubicon.problem.IfMatch;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.Durations;
import dev.rubicon.registry.Environment;
import dev.rubicon.registry.EnvironmentChange;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Policy;
import dev.rubicon.security.Account;
import dev.rubicon.security.Accounts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Environments: the list, one of them, adding. */
@Controller
@RequestMapping("/settings/environments")
class EnvironmentPages {

    /** What a new environment begins with: one person approves. */
    private static final Policy USUAL = Policy.withApprovals(1, 1, 1);

    /** @param approvals of an ordinary phase, at high risk, over the river */
    record Row(String name, int position, String approvals, String windows, String stallBudget, String rehearsal) {

        static Row of(Environment environment) {
            Policy policy = environment.policy();
            return new Row(environment.name(), environment.position(),
                    "%d · %d · %d".formatted(policy.approvals().normal(), policy.approvals().highRisk(),
                            policy.approvals().river()),
                    policy.windows().isEmpty() ? "any time" : Amounts.count(policy.windows().size(), "window"),
                    Durations.text(policy.stallBudget()),
                    policy.rehearsal() == null ? "not demanded" : policy.rehearsal().evidence());
        }
    }

    private final Environments environments;
    private final Accounts accounts;

    EnvironmentPages(Environments environments, Accounts accounts) {
        this.environments = environments;
        this.accounts = accounts;
    }

    @GetMapping
    String list(@AuthenticationPrincipal Actor actor, Model model) {
        return list(actor, Form.opened(Map.of()), model);
    }

    private String list(Actor actor, Form form, Model model) {
        model.addAttribute("environments", environments.all(actor).stream().map(Row::of).toList());
        model.addAttribute("mayAdd", actor.may(Permission.MANAGE_ENVIRONMENTS, Actor.EVERYWHERE));
        model.addAttribute("refused", form.refused());
        model.addAttribute("fields", List.of(form.text("name", "Name", "lower-case letters, digits and dashes"),
                form.number("position", "Place in the order", "a whole number, each taken once")));
        return "settings-environments";
    }

    @PostMapping
    String add(@AuthenticationPrincipal Actor actor, @RequestParam MultiValueMap<String, String> typed, Model model,
            RedirectAttributes flash, HttpServletResponse response) {
        String name = String.valueOf(typed.getFirst("name")).strip();
        try {
            // without a condition an environment that exists is not overwritten
            environments.put(actor, name, new EnvironmentChange(position(typed.getFirst("position")), USUAL),
                    new IfMatch(null));
        } catch (Problem problem) {
            Problem said = problem.type() == ProblemType.PRECONDITION_REQUIRED
                    ? new Problem(ProblemType.CONFLICT, "There is an environment '" + name + "' already")
                    : problem;
            response.setStatus(said.type().status().value());
            model.addAttribute("notice", Form.notice(said));
            return list(actor, Form.refused(Map.of(), typed, said), model);
        }
        flash.addFlashAttribute("notice", Notice.done(name + " is added, with the usual rules; change them here"));
        return "redirect:/settings/environments/" + name;
    }

    private static @Nullable Integer position(@Nullable String text) {
        try {
            return text == null || text.isBlank() ? null : Integer.valueOf(text.strip());
        } catch (NumberFormatException e) {
            return null;
        }
    }

    @GetMapping("/{name}")
    String one(@AuthenticationPrincipal Actor actor, @PathVariable String name, Model model) {
        Environment environment = environments.get(actor, name);
        return one(actor, environment, Form.opened(PolicyForm.stored(environment)), model);
    }

    private String one(Actor actor, Environment environment, Form form, Model model) {
        List<Account> people = actor.may(Permission.MANAGE_PEOPLE, environment.name())
                ? everybody(accounts, actor)
                : null;
        model.addAttribute("page", EnvironmentPage.of(environment, form, people, actor));
        return "settings-environment";
    }

    @PostMapping("/{name}")
    String change(@AuthenticationPrincipal Actor actor, @PathVariable String name, @RequestParam long version,
            @RequestParam MultiValueMap<String, String> typed, Model model, RedirectAttributes flash,
            HttpServletResponse response) {
        environments.get(actor, name); // what is not there is not made here
        try {
            environments.put(actor, name,
                    PolicyForm.read(new Form(Map.of(), typed, Map.of(), false)), new IfMatch(IfMatch.etag(version)));
        } catch (Problem problem) {
            Environment environment = environments.get(actor, name);
            response.setStatus(problem.type().status().value());
            model.addAttribute("notice", Form.notice(problem));
            return one(actor, environment, Form.refused(PolicyForm.stored(environment), typed, problem), model);
        }
        flash.addFlashAttribute("notice", Notice.done(name + " is changed"));
        return "redirect:/settings/environments/" + name;
    }

    /** Everybody, page by page. */
    static List<Account> everybody(Accounts accounts, Actor actor) {
        List<Account> all = new ArrayList<>();
        String cursor = null;
        do {
            dev.rubicon.paging.Page<Account> page = accounts.all(actor, dev.rubicon.paging.Page.MOST, cursor);
            all.addAll(page.items());
            cursor = page.next();
        } while (cursor != null);
        return all;
    }
}
