package dev.rubicon.gate.web;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads the fields of a body and gathers all that is wrong with them, so that one answer tells everything. */
final class Fields {

    /** Times that every part of the system can keep and compute with: the database, and JSON's readers. */
    private static final int FIRST_YEAR = 1970;
    private static final int LAST_YEAR = 9999;

    private final List<Map<String, String>> violations = new ArrayList<>();

    /** The text, or an empty one noted as a violation. */
    String required(String field, @Nullable String value) {
        if (value == null || value.isBlank()) {
            wrong(field, field + " is missing");
            return "";
        }
        return value;
    }

    /** An ISO 8601 time with an offset, or the beginning of time noted as a violation. */
    Instant requiredInstant(String field, @Nullable String value) {
        Instant instant = instant(field, required(field, value));
        return instant == null ? Instant.EPOCH : instant;
    }

    /** An ISO 8601 time with an offset, or null when there is none. */
    @Nullable
    Instant instant(String field, @Nullable String value) {
        if (value == null || value.isEmpty()) {
            return null;
        }
        try {
            OffsetDateTime time = OffsetDateTime.parse(value);
            if (time.getYear() < FIRST_YEAR || time.getYear() > LAST_YEAR) {
                wrong(field, "%s lies outside of the years %d to %d".formatted(field, FIRST_YEAR, LAST_YEAR));
            }
            return time.toInstant();
        } catch (DateTimeParseException e) {
            wrong(field, field + " takes a time with its offset, like 2026-01-15T12:00:00Z");
            return null;
        }
    }

    /** One of the words, in lower case on the wire; the first for a word that is none, noted as a violation. */
    <E extends Enum<E>> E word(String field, String value, Class<E> of) {
        List<E> all = Arrays.asList(of.getEnumConstants());
        return all.stream().filter(one -> wire(one).equals(value)).findFirst().orElseGet(() -> {
            if (!value.isEmpty()) {
                wrong(field, field + " is "
                        + all.stream().map(Fields::wire).collect(Collectors.joining(" or ")));
            }
            return all.getFirst();
        });
    }

    private static String wire(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    private void wrong(String field, String message) {
        violations.add(Map.of("pointer", "/" + field, "message", message));
    }

    /** @throws Problem invalid-input with all violations, if there are any */
    void check() {
        if (!violations.isEmpty()) {
            throw new Problem(ProblemType.INVALID_INPUT,
                    violations.stream().map(violation -> violation.get("message")).collect(Collectors.joining("; ")),
                    Map.of("violations", List.copyOf(violations)));
        }
    }
}
