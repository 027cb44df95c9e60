package dev.rubicon.web.pages;

import dev.rubicon.paging.Page;
import dev.rubicon.problem.IfMatch;
import dev.rubicon.problem.Problem;
import dev.rubicon.registry.Environment;
import dev.rubicon.registry.Environments;
import dev.rubicon.security.Account;
import dev.rubicon.security.AccountChange;
import dev.rubicon.security.Accounts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.NewAccount;
import dev.rubicon.security.Permission;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** People: the list, one account, adding. A password goes in and never comes out. */
@Controller
@RequestMapping("/settings/users")
class PeoplePages {

    record Row(String name, String fullName, Sign sign, List<String> roles, Moment since) {}

    private final Accounts accounts;
    private final Environments environments;
    private final Clock clock;

    PeoplePages(Accounts accounts, Environments environments, Clock clock) {
        this.accounts = accounts;
        this.environments = environments;
        this.clock = clock;
    }

    @GetMapping
    String list(@AuthenticationPrincipal Actor actor, @RequestParam(required = false) @Nullable String cursor,
            Model model) {
        return list(actor, cursor, Form.opened(Map.of()), model);
    }

    private String list(Actor actor, @Nullable String cursor, Form form, Model model) {
        if (!actor.mayAnywhere(Permission.MANAGE_PEOPLE)) {
            throw Problem.notFound("list of users");
        }
        Instant now = clock.instant();
        Page<Account> page = accounts.all(actor, 100, cursor);
        model.addAttribute("users", page.items().stream().map(account -> new Row(account.name(), account.fullName(),
                PersonPage.sign(account), PersonPage.words(account.roles()), Moment.of(account.createdAt(), now)))
                .toList());
        model.addAttribute("next", page.next());
        model.addAttribute("mayAdd", actor.may(Permission.MANAGE_PEOPLE, Actor.EVERYWHERE));
        model.addAttribute("refused", form.refused());
        model.addAttribute("fields", List.of(
                form.text("name", "Name",
                        "what they sign in with; it stands in every record, never changes and is never given twice"),
                form.text("fullName", "Full name", "as others read it; may be empty"),
                form.password("password", "First password", "at least 10 characters; they can change it")));
        return "settings-users";
    }

    @PostMapping
    String add(@AuthenticationPrincipal Actor actor, @RequestParam MultiValueMap<String, String> typed, Model model,
            RedirectAttributes flash, HttpServletResponse response) {
        String name = String.valueOf(typed.getFirst("name")).strip();
        try {
            accounts.create(actor,
                    new NewAccount(name, typed.getFirst("fullName"), typed.getFirst("password"), Map.of()));
        } catch (Problem problem) {
            refuse(problem, model, response);
            return list(actor, null, Form.refused(Map.of(), typed, problem), model);
        }
        flash.addFlashAttribute("notice",
                Notice.done(name + " is added, and may do nothing yet: give the roles here"));
        return "redirect:/settings/users/" + name;
    }

    @GetMapping("/{name}")
    String one(@AuthenticationPrincipal Actor actor, @PathVariable String name, Model model) {
        Account account = accounts.get(actor, name);
        return one(actor, account, Form.opened(stored(account)), model);
    }

    private String one(Actor actor, Account account, Form form, Model model) {
        model.addAttribute("page", PersonPage.of(account, seen(actor), form, actor, clock.instant()));
        return "settings-user";
    }

    private List<String> seen(Actor actor) {
        return environments.all(actor).stream().map(Environment::name).toList();
    }

    @PostMapping("/{name}")
    String change(@AuthenticationPrincipal Actor actor, @PathVariable String name, @RequestParam long version,
            @RequestParam MultiValueMap<String, String> typed, Model model, RedirectAttributes flash,
            HttpServletResponse response) {
        Account account = accounts.get(actor, name);
        boolean names = actor.may(Permission.MANAGE_PEOPLE, Actor.EVERYWHERE);
        AccountChange change = new AccountChange(names ? typed.getFirst("fullName") : null,
                PersonPage.roles(account, seen(actor), typed, actor), null, null, null);
        return change(actor, name, change, version, typed, "Changed; roles count at once", model, flash,
                response);
    }

    @PostMapping("/{name}/password")
    String password(@AuthenticationPrincipal Actor actor, @PathVariable String name, @RequestParam long version,
            @RequestParam String password, @RequestParam(required = false) @Nullable String currentPassword,
            Model model, RedirectAttributes flash, HttpServletResponse response) {
        Account account = accounts.get(actor, name);
        AccountChange change = new AccountChange(null, null, null, password, currentPassword);
        MultiValueMap<String, String> typed = new LinkedMultiValueMap<>();
        typed.add("fullName", account.fullName());
        account.roles().forEach((environment, roles) -> roles
                .forEach(role -> typed.add(PersonPage.GRANT, environment + " " + role.wireName())));
        return change(actor, name, change, version, typed, "The password is changed; sessions under the old one end",
                model, flash, response);
    }

    @PostMapping("/{name}/activity")
    String activity(@AuthenticationPrincipal Actor actor, @PathVariable String name, @RequestParam long version,
            @RequestParam boolean disabled, Model model, RedirectAttributes flash, HttpServletResponse response) {
        return change(actor, name, new AccountChange(null, null, disabled, null, null), version, null, disabled
                ? name + " is deactivated: no sign-in, no token of theirs counts any more"
                : name + " is active again", model, flash, response);
    }

    /** @param typed what the form keeps when it is refused, or null where there was nothing to type */
    private String change(Actor actor, String name, AccountChange change, long version,
            @Nullable MultiValueMap<String, String> typed, String done, Model model, RedirectAttributes flash,
            HttpServletResponse response) {
        try {
            accounts.change(actor, name, change, new IfMatch(IfMatch.etag(version)));
        } catch (Problem problem) {
            Account account = accounts.get(actor, name);
            refuse(problem, model, response);
            return one(actor, account, typed == null
                    ? Form.opened(stored(account))
                    : Form.refused(stored(account), typed, problem), model);
        }
        flash.addFlashAttribute("notice", Notice.done(done));
        return "redirect:/settings/users/" + name;
    }

    private static Map<String, String> stored(Account account) {
        return Map.of("fullName", account.fullName());
    }

    private static void refuse(Problem problem, Model model, HttpServletResponse response) {
        response.setStatus(problem.type().status().value());
        model.addAttribute("notice", Form.notice(problem));
    }
}
