package dev.rubicon.execution.backfill;

import dev.rubicon.engine.Reading;
import dev.rubicon.engine.StepWatch.Gauge;
import dev.rubicon.engine.Strain;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a target bears of a backfill, by the worst of its strains. A strain that could be read and cannot be any more keeps
 * its last reading for a while; then the backfill stands still, as nobody can say what it does to the target.
 */
final class Throttle {

    private static final Duration BLIND = Duration.ofSeconds(15);
    private static final double SECOND = 1e9;

    private final Brake brake = new Brake();
    private final Map<Strain, Reading> readings = new EnumMap<>(Strain.class);
    private final Map<Strain, Reading.Known> known = new EnumMap<>(Strain.class);
    private final Map<Strain, Long> knownAt = new EnumMap<>(Strain.class);
    private final Set<Strain> blind = EnumSet.noneOf(Strain.class);
    private @Nullable Strain worst;
    private long now;

    /** @param key tells one stop from another, whatever the reading is now */
    record Stop(String key, String words) {}

    /** Takes what a look at the target saw. */
    void looked(List<Reading> seen, long nanos) {
        now = nanos;
        readings.clear();
        blind.clear();
        seen.forEach(this::heed);
        brake.looked(used(true), used(false));
        worst = readings.keySet().stream().filter(strain -> utilization(strain) > 0)
                .filter(strain -> !brake.stopped() || strain.stops())
                .max(Comparator.comparingDouble(this::utilization)).orElse(null);
    }

    private double used(boolean all) {
        return readings.keySet().stream().filter(strain -> all || strain.stops()).mapToDouble(this::utilization).max()
                .orElse(0);
    }

    private void heed(Reading reading) {
        Strain strain = reading.of();
        readings.put(strain, reading);
        switch (reading) {
            case Reading.Known value -> {
                known.put(strain, value);
                knownAt.put(strain, now);
            }
            case Reading.Absent absent -> {
                known.remove(strain);
                knownAt.remove(strain);
            }
            case Reading.Unknown unknown -> {
                Long last = knownAt.get(strain);
                if (last != null && now - last > BLIND.toNanos()) {
                    blind.add(strain);
                }
            }
        }
    }

    private double utilization(Strain strain) {
        Reading.Known last = known.get(strain);
        return blind.contains(strain) ? 1 : last == null ? 0 : last.utilization();
    }

    /** The part of the time that the target bears being worked on, from 0 to 1. */
    double speed() {
        return brake.speed();
    }

    /** Why it stands still, or null while it goes. */
    @Nullable
    Stop stop() {
        Strain why = worst;
        return !brake.stopped() || why == null
                ? null
                : new Stop(why.wireName() + (blind.contains(why) ? " blind" : ""), "Stands still: " + words(why)
                        + (blind.contains(why) ? "" : "; goes on below " + percent(Brake.GOES_ON) + " of the limit"));
    }

    /**
     * How fast it goes, and why not faster.
     *
     * @param asked the speed that people set, from 0 to 1
     */
    String words(double asked) {
        Stop stop = stop();
        Strain why = worst;
        if (stop != null) {
            return stop.words();
        }
        if (asked <= 0) {
            return "Stands still: its speed is set to 0";
        }
        if (asked <= brake.speed()) {
            return asked < 1 ? "Runs at " + percent(asked) + ", as it is set" : "Runs at full speed";
        }
        return "Runs at " + percent(brake.speed()) + ": " + (why != null && utilization(why) > Brake.COMFORTABLE
                ? words(why)
                : "speeds up again little by little");
    }

    private String words(Strain strain) {
        String title = strain.inSentence();
        Reading.Known last = known.get(strain);
        Reading reading = readings.get(strain);
        Long at = knownAt.get(strain);
        if (blind.contains(strain) && reading != null && at != null) {
            return "%s has not been readable for %d s (%s)".formatted(title, (long) ((now - at) / SECOND),
                    reading.words());
        }
        return title + " " + (last == null ? "" : last.words());
    }

    private static String percent(double share) {
        return Math.round(share * 100) + " %";
    }

    /** Each strain as it was read last, in their order. */
    List<Gauge> gauges() {
        return readings.values().stream().map(this::gauge).toList();
    }

    private Gauge gauge(Reading reading) {
        Strain strain = reading.of();
        double utilization = Math.round(Math.min(1, utilization(strain)) * 1_000) / 1_000.0;
        return switch (reading) {
            case Reading.Known value -> new Gauge(strain.wireName(), strain.title(), "known", rounded(value.value()),
                    value.limit(), strain.unit().sign(), utilization, value.words());
            case Reading.Absent absent -> new Gauge(strain.wireName(), strain.title(), "absent", null, null,
                    strain.unit().sign(), 0, absent.words());
            case Reading.Unknown unknown -> new Gauge(strain.wireName(), strain.title(), "unknown", null, null,
                    strain.unit().sign(), utilization, unknown.words());
        };
    }

    private static double rounded(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }
}
