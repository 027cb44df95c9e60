package dev.rubicon.gate;

import dev.rubicon.registry.Policy;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The weekly windows of a policy. The day is that of the opening: Friday 22:00 to 04:00 ends on Saturday. Where the
 * clocks change, a time that is skipped means the moment of the change, and a time that comes twice means the first.
 */
final class StartWindows {

    /** Two weeks, so that an opening that falls into skipped time is found a week later. */
    private static final int DAYS_AHEAD = 15;

    private StartWindows() {}

    private record Opening(Instant from, Instant to, ZoneId zone) {
        boolean contains(Instant now) {
            return !now.isBefore(from) && now.isBefore(to);
        }
    }

    /** The blocker {@code window}, unless there are no windows or one is open. */
    static Optional<Blocker> blocker(String environment, List<Policy.Window> windows, Instant now) {
        if (windows.isEmpty() || openings(windows, now).anyMatch(opening -> opening.contains(now))) {
            return Optional.empty();
        }
        return Optional.of(openings(windows, now).filter(opening -> opening.from().isAfter(now))
                .min(Comparator.comparing(Opening::from)).map(next -> closedUntil(environment, next))
                .orElseGet(() -> neverOpen(environment)));
    }

    private static Blocker closedUntil(String environment, Opening next) {
        String when = Words.at(next.from(), next.zone());
        return new Blocker("window", "In %s phases start only in its windows; the next one opens on %s"
                .formatted(environment, when), "by itself on " + when, next.from(),
                Map.of("opens", next.from().toString(), "closes", next.to().toString(), "zone",
                        next.zone().getId()));
    }

    private static Blocker neverOpen(String environment) {
        return new Blocker("window", "In %s phases start only in its windows, and none of them ever opens"
                .formatted(environment), "an administrator, by changing the windows of " + environment, null,
                Map.of());
    }

    private static Stream<Opening> openings(List<Policy.Window> windows, Instant now) {
        return windows.stream().flatMap(window -> openings(window, now));
    }

    private static Stream<Opening> openings(Policy.Window window, Instant now) {
        LocalDate yesterday = LocalDate.ofInstant(now, window.zone()).minusDays(1);
        return yesterday.datesUntil(yesterday.plusDays(DAYS_AHEAD + 1L))
                .filter(day -> window.days().contains(day.getDayOfWeek())).map(day -> opening(window, day))
                .filter(opening -> opening.from().isBefore(opening.to()));
    }

    private static Opening opening(Policy.Window window, LocalDate day) {
        LocalDate lastDay = window.to().isAfter(window.from()) ? day : day.plusDays(1);
        return new Opening(instant(day.atTime(window.from()), window.zone()),
                instant(lastDay.atTime(window.to()), window.zone()), window.zone());
    }

    private static Instant instant(LocalDateTime time, ZoneId zone) {
        ZoneOffsetTransition change = zone.getRules().getTransition(time);
        return change != null && change.isGap() ? change.getInstant() : time.atZone(zone).toInstant();
    }
}
