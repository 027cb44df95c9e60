package dev.rubicon.gate;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How times, lists and reasons stand in the sentences of blockers. */
final class Words {

    private static final DateTimeFormatter SECOND = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter DAY_AND_MINUTE = DateTimeFormatter.ofPattern("EEEE uuuu-MM-dd HH:mm",
            Locale.ENGLISH);
    private static final int SHOWN = 5;

    private Words() {}

    /** In UTC, to the second. */
    static String at(Instant instant) {
        return SECOND.format(instant.atZone(ZoneOffset.UTC)) + " UTC";
    }

    /** With the day of the week, in the zone that a window is written in. */
    static String at(Instant instant, ZoneId zone) {
        return DAY_AND_MINUTE.format(instant.atZone(zone)) + " " + zone;
    }

    /** In the largest unit of the plan format that leaves no rest; days only from a week on, as people write it. */
    static String duration(Duration duration) {
        if (duration.compareTo(Duration.ofDays(7)) >= 0 && duration.equals(Duration.ofDays(duration.toDays()))) {
            return duration.toDays() + "d";
        }
        if (!duration.isZero() && duration.equals(Duration.ofHours(duration.toHours()))) {
            return duration.toHours() + "h";
        }
        if (!duration.isZero() && duration.equals(Duration.ofMinutes(duration.toMinutes()))) {
            return duration.toMinutes() + "m";
        }
        return duration.toMillisPart() == 0 ? duration.toSeconds() + "s" : duration.toMillis() + "ms";
    }

    /** Joined by commas; of many the first, and how many more. */
    static String list(Collection<String> items) {
        List<String> shown = items.stream().limit(SHOWN).toList();
        int more = items.size() - shown.size();
        return String.join(", ", shown) + (more == 0 ? "" : " and " + more + " more");
    }

    /** The author's reason as the end of a clause, or nothing. */
    static String because(@Nullable String reason) {
        return reason == null || reason.isBlank() ? "" : ", because " + reason.strip();
    }
}
