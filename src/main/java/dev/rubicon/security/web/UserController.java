package dev.rubicon.security.web;

import dev.rubicon.paging.Page;
import dev.rubicon.problem.IfMatch;
import dev.rubicon.security.Account;
import dev.rubicon.security.AccountChange;
import dev.rubicon.security.Accounts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.NewAccount;
import dev.rubicon.security.Role;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/users")
class UserController {

    private final Accounts accounts;

    UserController(Accounts accounts) {
        this.accounts = accounts;
    }

    /** @param roles by environment; {@code *} is every environment */
    record User(String name, String fullName, boolean disabled, Map<String, Set<Role>> roles, Instant createdAt) {
        static User of(Account account) {
            return new User(account.name(), account.fullName(), account.disabled(), account.roles(),
                    account.createdAt());
        }
    }

    @GetMapping
    Page<User> all(@AuthenticationPrincipal Actor actor, @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return accounts.all(actor, Page.limit(limit), cursor).map(User::of);
    }

    @PostMapping
    ResponseEntity<User> create(@AuthenticationPrincipal Actor actor, @RequestBody NewAccount asked) {
        Account account = accounts.create(actor, asked);
        return ResponseEntity.created(URI.create("/api/v1/users/" + account.name()))
                .eTag(IfMatch.etag(account.version())).body(User.of(account));
    }

    @GetMapping("/{name}")
    ResponseEntity<User> one(@AuthenticationPrincipal Actor actor, @PathVariable String name) {
        return answer(accounts.get(actor, name));
    }

    @PatchMapping("/{name}")
    ResponseEntity<User> change(@AuthenticationPrincipal Actor actor, @PathVariable String name,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch,
            @RequestBody AccountChange change) {
        return answer(accounts.change(actor, name, change, new IfMatch(ifMatch)));
    }

    @DeleteMapping("/{name}")
    ResponseEntity<Void> delete(@AuthenticationPrincipal Actor actor, @PathVariable String name,
            @RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
        accounts.delete(actor, name, new IfMatch(ifMatch));
        return ResponseEntity.noContent().build();
    }

    private static ResponseEntity<User> answer(Account account) {
        return ResponseEntity.ok().eTag(IfMatch.etag(account.version())).body(User.of(account));
    }
}
