package dev.rubicon.security;

import java.time.Duration;
import java.util.Optional;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.WebAuthenticationDetails;
import org.springframework.stereotype.Component;

/** Name and password into an actor, for the sign-in form and for HTTP Basic. */
@Component
class SignIns implements AuthenticationManager {

    /** Stands for every text that cannot be a name; nobody can have it, see {@link Accounts}. */
    private static final String NOBODY = Actor.RUBICON.name();

    private final AccountRows rows;
    private final Passwords passwords;
    private final SignInThrottle throttle;

    SignIns(AccountRows rows, Passwords passwords, SignInThrottle throttle) {
        this.rows = rows;
        this.passwords = passwords;
        this.throttle = throttle;
    }

    @Override
    public Authentication authenticate(Authentication asked) {
        String address = asked.getDetails() instanceof WebAuthenticationDetails details
                ? String.valueOf(details.getRemoteAddress())
                : "";
        return authenticate(asked.getName(), String.valueOf(asked.getCredentials()), address);
    }

    /**
     * @param address where the request came from
     * @throws BadCredentialsException the same for an unknown name, a wrong password and a disabled account
     * @throws TooManyAttempts when nothing was tried
     */
    ActorAuthentication authenticate(String name, String password, String address) {
        if (!Account.isName(name)) {
            return authenticate(NOBODY, password, address);
        }
        Optional<AccountRows.Row> row = rows.find(name).filter(found -> !found.account().disabled());
        String hash = row.map(AccountRows.Row::passwordHash).orElse(null);
        if (hash == null || !passwords.wasRight(password, hash)) {
            Duration pause = throttle.pause(name, address);
            if (pause.isPositive()) {
                throw new TooManyAttempts(pause);
            }
            if (!passwords.matches(password, hash) || hash == null) {
                throttle.failed(name, address);
                throw new BadCredentialsException("Name or password is wrong");
            }
            passwords.remember(password, hash);
            throttle.succeeded(name, address);
        }
        AccountRows.Row found = row.orElseThrow();
        return new ActorAuthentication(found.account().actor(), found.credentials());
    }
}
