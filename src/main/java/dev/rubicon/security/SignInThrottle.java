package dev.rubicon.security;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Slows guessing down: from the fifth failure for one account from one address on, each doubles the time in which
 * nothing more is tried. The address is part of it so that a stranger cannot lock somebody out from afar.
 */
@Component
class SignInThrottle {

    private static final int FREE = 4;
    private static final Duration LONGEST = Duration.ofMinutes(5);
    private static final Duration FORGOTTEN = Duration.ofMinutes(15);
    private static final int MOST = 10_000;

    private final Clock clock;
    private final Map<Key, Failures> failures = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Failures> eldest) {
            return size() > MOST;
        }
    };

    SignInThrottle(Clock clock) {
        this.clock = clock;
    }

    private record Key(String account, String address) {}

    private record Failures(int count, Instant last) {
        Instant until() {
            if (count <= FREE) {
                return last;
            }
            Duration pause = Duration.ofSeconds(1L << Math.min(count - FREE - 1, 16));
            return last.plus(pause.compareTo(LONGEST) > 0 ? LONGEST : pause);
        }
    }

    /** How long nothing is tried for this account from this address; zero when it may be tried now. */
    synchronized Duration pause(String account, String address) {
        Failures seen = remembered(new Key(account, address));
        Duration left = seen == null ? Duration.ZERO : Duration.between(clock.instant(), seen.until());
        return left.isNegative() ? Duration.ZERO : left;
    }

    synchronized void failed(String account, String address) {
        Key key = new Key(account, address);
        Failures seen = remembered(key);
        failures.put(key, new Failures(seen == null ? 1 : seen.count + 1, clock.instant()));
    }

    synchronized void succeeded(String account, String address) {
        failures.remove(new Key(account, address));
    }

    private @Nullable Failures remembered(Key key) {
        Failures seen = failures.get(key);
        return seen == null || seen.last.plus(FORGOTTEN).isBefore(clock.instant()) ? null : seen;
    }
}
