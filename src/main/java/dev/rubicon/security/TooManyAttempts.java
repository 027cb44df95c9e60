package dev.rubicon.security;

import java.time.Duration;
import org.springframework.security.core.AuthenticationException;

/** Guessing is slowed down: nothing was tried this time. */
class TooManyAttempts extends AuthenticationException {

    private final long seconds;

    TooManyAttempts(Duration pause) {
        super("Too many sign-ins failed");
        this.seconds = Math.max(1, pause.plusMillis(999).toSeconds());
    }

    /** How long to wait. */
    long seconds() {
        return seconds;
    }
}
