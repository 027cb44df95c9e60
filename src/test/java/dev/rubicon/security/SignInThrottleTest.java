package dev.rubicon.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SignInThrottleTest {

    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final SignInThrottle throttle = new SignInThrottle(clock);

    @Test
    void doublesThePauseFromTheFifthFailureOnUpToFiveMinutes() {
        fail(4);
        assertThat(pause()).isZero();
        fail(1);
        assertThat(pause()).isEqualTo(Duration.ofSeconds(1));
        fail(3);
        assertThat(pause()).isEqualTo(Duration.ofSeconds(8));
        fail(50);
        assertThat(pause()).isEqualTo(Duration.ofMinutes(5));
        assertThat(throttle.pause("ann", "10.0.0.2")).isZero();
        assertThat(throttle.pause("bob", "10.0.0.1")).isZero();
    }

    @Test
    void forgetsAfterASuccessAndAfterAQuietTime() {
        fail(8);
        throttle.succeeded("ann", "10.0.0.1");
        assertThat(pause()).isZero();

        fail(8);
        clock.advance(Duration.ofMinutes(16));
        fail(1);
        assertThat(pause()).isZero();
    }

    @Test
    void remembersNoMoreThanItHasRoomFor() {
        fail(8);
        for (int i = 0; i < 10_000; i++) {
            throttle.failed("ann", "other " + i);
        }
        assertThat(pause()).isZero();
    }

    @Test
    void remembersARightPasswordForAMinuteAndForItsHashAlone() {
        Passwords passwords = new Passwords(clock);
        String hash = passwords.encode("a good password");
        assertThat(passwords.matches("a good password", hash)).isTrue();
        assertThat(passwords.matches("a good password", null)).isFalse();
        assertThat(passwords.matches("", hash)).isFalse();
        assertThat(passwords.matches("x".repeat(100), hash)).isFalse();

        passwords.remember("a good password", hash);
        assertThat(passwords.wasRight("a good password", hash)).isTrue();
        assertThat(passwords.wasRight("another password", hash)).isFalse();
        assertThat(passwords.wasRight("a good password", passwords.encode("a good password"))).isFalse();
        clock.advance(Duration.ofSeconds(61));
        assertThat(passwords.wasRight("a good password", hash)).isFalse();
    }

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            throttle.failed("ann", "10.0.0.1");
        }
    }

    private Duration pause() {
        return throttle.pause("ann", "10.0.0.1");
    }
}
