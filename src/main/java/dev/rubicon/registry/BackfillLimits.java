package dev.rubicon.registry;

import dev.rubicon.problem.Violations;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The limits of backfills on one target: what its settings say, and else the defaults. */
public final class BackfillLimits {

    private static final BackfillLimits USUAL = new BackfillLimits(Map.of());

    private final Map<String, String> settings;

    private BackfillLimits(Map<String, String> settings) {
        this.settings = Map.copyOf(settings);
    }

    public static BackfillLimits usual() {
        return USUAL;
    }

    public static BackfillLimits of(Map<String, String> settings) {
        return new BackfillLimits(settings);
    }

    /** As it is written: what is set, or the default. */
    public String text(BackfillLimit limit) {
        return settings.getOrDefault(limit.key(), limit.usual());
    }

    /** All of them as they are written, by the names of their settings. */
    public Map<String, String> texts() {
        Map<String, String> texts = new LinkedHashMap<>();
        Arrays.stream(BackfillLimit.values()).forEach(limit -> texts.put(limit.key(), text(limit)));
        return texts;
    }

    /** Whether the target has a value of its own. */
    public boolean isSet(BackfillLimit limit) {
        return settings.containsKey(limit.key());
    }

    /** In seconds, bytes, pieces, or as a share or factor; empty where it is switched off. */
    public OptionalDouble number(BackfillLimit limit) {
        return limit.number(text(limit));
    }

    /** The query to be timed, or null. */
    public @Nullable String probe() {
        String text = text(BackfillLimit.PROBE);
        return text.equals(BackfillLimit.OFF) ? null : text;
    }

    /** Adds what is wrong with those settings that are limits of backfills. */
    static void check(Violations violations, Map<String, String> settings) {
        settings.forEach((key, value) -> {
            if (key.startsWith(BackfillLimit.PREFIX) && value != null) {
                BackfillLimit.ofKey(key).ifPresentOrElse(
                        limit -> violations.unless(limit.takes(value), "/settings/" + key,
                                "'%s' is %s, or %s".formatted(key, limit.kind().words(), BackfillLimit.OFF)),
                        () -> violations.add("/settings/" + key, "There is no limit '" + key + "'; there are "
                                + Arrays.stream(BackfillLimit.values()).map(BackfillLimit::key)
                                        .collect(Collectors.joining(", "))));
            }
        });
    }
}
