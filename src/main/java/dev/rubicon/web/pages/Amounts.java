package dev.rubicon.web.pages;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them. */
final class Amounts {

    private Amounts() {}

    /** {@code 14 ms}, {@code 0.4 s}, {@code 6 min 02 s}, {@code 2 h 05 min}, {@code 3 d 4 h}. */
    static String duration(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 100) {
            return millis + " ms";
        }
        if (millis < 10_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        long seconds = Math.round(millis / 1000.0);
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
        }
        if (seconds < 48 * 3600) {
            return String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds % 3600 / 60);
        }
        return seconds / 86_400 + " d " + seconds % 86_400 / 3600 + " h";
    }

    /** A duration that was chosen, not measured: {@code 72 h}, {@code 15 min}, {@code 2 s}. */
    static String round(Duration duration) {
        if (duration.toMillis() % 1000 != 0) {
            return duration.toMillis() + " ms";
        }
        if (duration.toSeconds() % 60 != 0) {
            return duration.toSeconds() + " s";
        }
        if (duration.toMinutes() % 60 != 0) {
            return duration.toMinutes() + " min";
        }
        return duration.toHours() <= 96 ? duration.toHours() + " h" : duration.toDays() + " d";
    }

    static String count(long number) {
        return String.format(Locale.UK, "%,d", number);
    }

    /** {@code 1 target}, {@code 60 targets}. */
    static String count(long number, String noun) {
        return count(number) + " " + noun + (number == 1 ? "" : "s");
    }

    /** Whole percent, rounded down: only what is done says 100. */
    static int percent(double fraction) {
        return (int) Math.floor(Math.clamp(fraction, 0, 1) * 100 + 1e-9);
    }

    static String rate(double perSecond, String unit) {
        return perSecond < 10
                ? String.format(Locale.UK, "%.1f %s/s", perSecond, unit)
                : count(Math.round(perSecond)) + " " + unit + "/s";
    }

    /**
     * How long the rest takes, as a range that stays honest: a rate of the last seconds is no promise.
     *
     * @return like {@code 3 to 5 min}, or an empty text when nothing moves
     */
    static String left(double units, double perSecond) {
        if (perSecond <= 0 || units <= 0) {
            return "";
        }
        return between(units / perSecond * 0.85, units / perSecond * 1.4);
    }

    /** Seconds as a range, like {@code 3 to 5 min}. */
    static String between(double low, double high) {
        if (high < 90) {
            return range(low, high, 1, "s");
        }
        return high < 90 * 60 ? range(low, high, 60, "min") : range(low, high, 3600, "h");
    }

    private static String range(double low, double high, int unit, String word) {
        long from = Math.max(1, Math.round(low / unit));
        long to = Math.max(from, (long) Math.ceil(high / unit));
        return from == to ? from + " " + word : from + " to " + to + " " + word;
    }

    /** The ends of a digest, enough to tell two apart at a glance: {@code 9f2c…41ab}. */
    static String shortDigest(String digest) {
        String hash = digest.substring(digest.indexOf(':') + 1);
        return hash.length() <= 9 ? hash : hash.substring(0, 4) + "…" + hash.substring(hash.length() - 4);
    }
}
