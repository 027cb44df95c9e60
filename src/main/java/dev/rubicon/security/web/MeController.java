package dev.rubicon.security.web;

import dev.rubicon.security.Account;
import dev.rubicon.security.Accounts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.security.Scope;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/me")
class MeController {

    private final Accounts accounts;

    MeController(Accounts accounts) {
        this.accounts = accounts;
    }

    /**
     * @param token the name of the token used, or null for a person
     * @param scopes of that token; empty without one
     */
    record Me(String name, String fullName, @Nullable String token, Map<String, Set<Role>> roles, Set<Scope> scopes) {}

    @GetMapping
    Me me(@AuthenticationPrincipal Actor actor) {
        String fullName = accounts.find(actor.name()).map(Account::fullName).orElse("");
        return new Me(actor.name(), fullName, actor.token(), actor.grants(), actor.scopes());
    }
}
