package dev.rubicon.web.pages;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Facts of an entry in the trail, for people: what machines read is in the API. */
final class Facts {

    private Facts() {}

    /** {@code backend start: 2026-11-21T12:00:00Z; pid: 4711; targets: shop-1, shop-2}. */
    static String words(Map<String, ?> facts) {
        return facts.entrySet().stream().map(fact -> name(fact.getKey()) + ": " + value(fact.getValue()))
                .collect(Collectors.joining("; "));
    }

    private static String name(String key) {
        return key.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    private static String value(@Nullable Object value) {
        return switch (value) {
            case null -> "none";
            case Boolean truth -> truth ? "yes" : "no";
            case List<?> list when list.isEmpty() -> "none";
            case List<?> list -> list.stream().map(Facts::value).collect(Collectors.joining(", "));
            case Map<?, ?> map when map.isEmpty() -> "none";
            case Map<?, ?> map -> map.entrySet().stream()
                    .map(fact -> name(String.valueOf(fact.getKey())) + " " + value(fact.getValue()))
                    .collect(Collectors.joining(", ", "(", ")"));
            default -> String.valueOf(value).strip().replaceAll("\\s+", " ");
        };
    }
}
