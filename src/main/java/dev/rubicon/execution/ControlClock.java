package dev.rubicon.execution;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The clock of this node, set by the control database's where the two are apart. Leases, soaks and windows compare times
 * that several nodes wrote: a node a minute ahead would take every run of the others for dead.
 */
@Component
class ControlClock extends Clock {

    /** Apart by less: the difference is one of measuring, and harms nothing. */
    private static final Duration TOLERATED = Duration.ofMillis(500);
    private static final Logger log = LoggerFactory.getLogger(ControlClock.class);

    private final Clock own;
    private volatile Duration ahead = Duration.ZERO;

    ControlClock() {
        this(Clock.systemUTC());
    }

    ControlClock(Clock own) {
        this.own = own;
    }

    /** What the database read between two readings of {@link #own}; a slow answer tells too little to go by. */
    void compare(Instant before, Instant database, Instant after) {
        Duration took = Duration.between(before, after);
        if (took.isNegative() || took.compareTo(TOLERATED) > 0) {
            return;
        }
        Duration seen = Duration.between(database, before.plus(took.dividedBy(2)));
        if (seen.minus(ahead).abs().compareTo(TOLERATED) > 0) {
            ahead = seen.abs().compareTo(TOLERATED) > 0 ? seen : Duration.ZERO;
            log.warn("The clock of this machine is {} ms ahead of the control database's; this node goes by the latter",
                    seen.toMillis());
        }
    }

    /** How far this machine's clock is ahead of the database's; zero where that is too little to tell. */
    Duration ahead() {
        return ahead;
    }

    Instant uncorrected() {
        return own.instant();
    }

    @Override
    public Instant instant() {
        return own.instant().minus(ahead);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("Rubicon counts in instants");
    }
}
