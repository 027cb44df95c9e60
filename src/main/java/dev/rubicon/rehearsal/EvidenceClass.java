package dev.rubicon.rehearsal;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.rubicon.security.Permission;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** With what the shadow of a rehearsal is filled: what it can prove follows from that. The weaker come first. */
public enum EvidenceClass {
    /** The target's schema, and no rows. */
    EMPTY_SCHEMA(
            "Shows that every statement runs in this order on this schema, what it locks, and that the schema comes back. Its tables hold no rows: it shows nothing of data, and times are those of empty tables."),
    /** The target's schema, and rows that are made up after its estimates. */
    SYNTHETIC_ROWS(
            "Shows besides what becomes of rows on the way there and back, and times on tables of this size. Its rows are made up: it says nothing of values that only the target has, like those that break a new constraint."),
    /** A copy of the target's data, which an administrator restored and named. */
    COPY_OF_DATA(
            "Shows what becomes of the target's own data, as old as the copy that was restored, and times on tables of this size. It says nothing of what was written to the target since, nor of its load.");

    private final String proves;

    EvidenceClass(String proves) {
        this.proves = proves;
    }

    /** What a rehearsal of this class shows and what it does not. */
    public String proves() {
        return proves;
    }

    /** What it takes to ask for one: a plan that nobody has approved may look at data, and end or not by what it sees. */
    public Permission permission() {
        return this == COPY_OF_DATA ? Permission.OPERATE : Permission.OPEN_ROLLOUT;
    }

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** @throws IllegalArgumentException for a word that is no class */
    @JsonCreator
    public static EvidenceClass of(String word) {
        return Arrays.stream(values()).filter(one -> one.word().equals(word)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + word + "' is no class of evidence; there is "
                        + Arrays.stream(values()).map(EvidenceClass::word).collect(Collectors.joining(", "))));
    }
}
