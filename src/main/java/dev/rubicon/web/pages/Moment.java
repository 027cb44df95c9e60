package dev.rubicon.web.pages;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An instant as pages show it.
 *
 * @param iso for machines and for the script that keeps the words fresh
 * @param exact for the hover, in UTC
 * @param words relative to now, like {@code 2 h ago} or {@code in 5 min}; {@code src/relative.ts} says the same
 */
record Moment(String iso, String exact, String words) {

    private static final DateTimeFormatter EXACT = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm:ss 'UTC'", Locale.UK)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM uuuu", Locale.UK)
            .withZone(ZoneOffset.UTC);

    static Moment of(Instant at, Instant now) {
        return new Moment(at.truncatedTo(ChronoUnit.SECONDS).toString(), EXACT.format(at), words(at, now));
    }

    static @Nullable Moment ofNullable(@Nullable Instant at, Instant now) {
        return at == null ? null : of(at, now);
    }

    private static String words(Instant at, Instant now) {
        Duration apart = Duration.between(at, now);
        String size = size(apart.abs().toSeconds());
        if (size.isEmpty()) {
            return DAY.format(at);
        }
        if (size.equals("now")) {
            return apart.isNegative() ? "in a moment" : "just now";
        }
        return apart.isNegative() ? "in " + size : size + " ago";
    }

    /** The distance in its largest unit; {@code now} below 45 seconds, empty where a date says more. */
    private static String size(long seconds) {
        if (seconds < 45) {
            return "now";
        }
        long minutes = Math.round(seconds / 60.0);
        if (minutes < 60) {
            return minutes + " min";
        }
        long hours = Math.round(minutes / 60.0);
        if (hours < 36) {
            return hours + " h";
        }
        long days = Math.round(hours / 24.0);
        return days < 14 ? days + " d" : "";
    }
}
