package dev.rubicon.security;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.security.authentication.AbstractAuthenticationToken;

/** An authenticated request: its principal is the {@link Actor}. Authorities stay empty, for rooms ask the actor. */
class ActorAuthentication extends AbstractAuthenticationToken {

    private final Actor actor;
    private final long credentials;

    /** @param credentials which password of the account it was, for sessions to end with it */
    ActorAuthentication(Actor actor, long credentials) {
        super(List.of());
        this.actor = actor;
        this.credentials = credentials;
        setAuthenticated(true);
    }

    long credentials() {
        return credentials;
    }

    @Override
    public Actor getPrincipal() {
        return actor;
    }

    @Override
    public @Nullable Object getCredentials() {
        return null;
    }
}
