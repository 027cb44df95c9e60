package dev.rubicon.web.pages;

import dev.rubicon.registry.Policy;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A weekly window as one line: {@code Mon-Fri, Sun 22:00-06:00 Europe/Berlin}. */
final class WindowText {

    private static final Pattern LINE = Pattern
            .compile(
                    "(?<days>[A-Za-z,\\s-]+?)\\s+(?<from>\\d{1,2}:\\d{2})\\s*[-–]\\s*(?<to>\\d{1,2}:\\d{2})\\s+(?<zone>\\S+)");
    private static final List<DayOfWeek> WEEK = List.of(DayOfWeek.values());

    private WindowText() {}

    static String of(Policy.Window window) {
        return "%s %s-%s %s".formatted(days(window.days()), window.from(), window.to(), window.zone().getId());
    }

    /** @throws IllegalArgumentException with a sentence that says what a line is like */
    static Policy.Window read(String line) {
        Matcher matcher = LINE.matcher(line.strip());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("'" + line.strip()
                    + "' is not a window; write days, times and zone like Mon-Fri 22:00-06:00 Europe/Berlin");
        }
        try {
            return new Policy.Window(days(matcher.group("days")), time(matcher.group("from")),
                    time(matcher.group("to")), ZoneId.of(matcher.group("zone")));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("'" + line.strip() + "' is not a window: " + e.getMessage(), e);
        }
    }

    /** Runs of three days and more are written with a dash. */
    private static String days(Set<DayOfWeek> days) {
        List<String> parts = new ArrayList<>();
        for (int first = 0; first < WEEK.size(); first++) {
            int last = first;
            while (last < WEEK.size() && days.contains(WEEK.get(last))) {
                last++;
            }
            int run = last - first;
            if (run >= 3) {
                parts.add(word(WEEK.get(first)) + "-" + word(WEEK.get(last - 1)));
            } else {
                WEEK.subList(first, last).forEach(day -> parts.add(word(day)));
            }
            first = Math.max(first, last);
        }
        return String.join(", ", parts);
    }

    private static Set<DayOfWeek> days(String text) {
        Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
        for (String part : text.replaceAll("\\s*-\\s*", "-").split("[,\\s]+", -1)) {
            String[] ends = part.split("-", -1);
            if (part.isEmpty()) {
                continue;
            }
            if (ends.length > 2) {
                throw new IllegalArgumentException("'" + part + "' are no days; write them like Mon-Fri or Sat, Sun");
            }
            DayOfWeek last = day(ends[ends.length - 1]);
            for (DayOfWeek day = day(ends[0]);; day = day.plus(1)) {
                days.add(day);
                if (day == last) {
                    break;
                }
            }
        }
        return days;
    }

    private static DayOfWeek day(String word) {
        String asked = word.toLowerCase(Locale.ROOT);
        return Arrays.stream(DayOfWeek.values())
                .filter(day -> asked.length() >= 3 && day.name().toLowerCase(Locale.ROOT).startsWith(asked)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "'" + word + "' is not a day; there are Mon, Tue, Wed, Thu, Fri, Sat and Sun"));
    }

    private static String word(DayOfWeek day) {
        return day.getDisplayName(TextStyle.SHORT, Locale.UK);
    }

    private static LocalTime time(String text) {
        return LocalTime.parse(text.length() == 4 ? "0" + text : text);
    }
}
