package dev.rubicon.security.web;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.rubicon.paging.Page;
import dev.rubicon.security.Actor;
import dev.rubicon.security.ApiToken;
import dev.rubicon.security.IssuedToken;
import dev.rubicon.security.NewToken;
import dev.rubicon.security.Scope;
import dev.rubicon.security.Tokens;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/v1/tokens")
class TokenController {

    private final Tokens tokens;

    TokenController(Tokens tokens) {
        this.tokens = tokens;
    }

    /** @param secret stands in the answer to the creation alone */
    record Token(UUID id, String name, String owner, Set<Scope> scopes, Instant expiresAt, Instant createdAt,
            @Nullable Instant lastUsedAt, @Nullable Instant revokedAt,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String secret) {

        static Token of(ApiToken token, @Nullable String secret) {
            return new Token(token.id(), token.name(), token.owner(), token.scopes(), token.expiresAt(),
                    token.createdAt(), token.lastUsedAt(), token.revokedAt(), secret);
        }

        @Override
        public String toString() {
            return "Token[" + id + "]";
        }
    }

    @GetMapping
    Page<Token> all(@AuthenticationPrincipal Actor actor, @RequestParam(required = false) @Nullable Integer limit,
            @RequestParam(required = false) @Nullable String cursor) {
        return tokens.all(actor, Page.limit(limit), cursor).map(token -> Token.of(token, null));
    }

    /** Not to be stored anywhere, by no cache and not for an Idempotency-Key: the answer carries the secret. */
    @PostMapping
    ResponseEntity<Token> create(@AuthenticationPrincipal Actor actor, @RequestBody NewToken asked) {
        IssuedToken issued = tokens.create(actor, asked);
        return ResponseEntity.status(HttpStatus.CREATED).cacheControl(CacheControl.noStore())
                .body(Token.of(issued.token(), issued.secret()));
    }

    /** Asks for no If-Match: a token never changes but this once, and whoever takes it back is in a hurry. */
    @DeleteMapping("/{id}")
    ResponseEntity<Void> revoke(@AuthenticationPrincipal Actor actor, @PathVariable UUID id) {
        tokens.revoke(actor, id);
        return ResponseEntity.noContent().build();
    }
}
