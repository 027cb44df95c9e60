package dev.rubicon.webhook;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;

/** What a webhook can be told of. */
public enum EventType {
    /** A rollout was opened. */
    ROLLOUT_OPENED("rollout.opened", "a rollout was opened"),
    /** A rollout came into another state. */
    ROLLOUT_STATE("rollout.state", "a rollout began, waits, paused, failed, was rolled back or is done"),
    /** A phase came into another state. */
    PHASE_STATE("phase.state", "a phase began, failed or is done"),
    /** What a phase waits for has changed. */
    PHASE_BLOCKERS("phase.blockers", "what a phase waits for has changed"),
    /** Somebody approved or rejected a phase. */
    PHASE_DECISION("phase.decision", "somebody approved or rejected a phase"),
    /** A phase failed on one target. */
    RUN_FAILED("run.failed", "a phase failed on one target"),
    /** A target's schema began to differ from what it should be. */
    DRIFT_FOUND("drift.found", "a target's schema began to differ from what it should be"),
    /** A difference is gone. */
    DRIFT_ENDED("drift.ended", "such a difference is gone"),
    /** A rehearsal has ended. */
    REHEARSAL_ENDED("rehearsal.ended", "a rehearsal or a drill of a way back has ended"),
    /** An administrator asked for it, to see whether it arrives; every webhook gets its own. */
    PING("ping", "an administrator tries it out");

    private final String wireName;
    private final String sentence;

    EventType(String wireName, String sentence) {
        this.wireName = wireName;
        this.sentence = sentence;
    }

    @JsonValue
    public String wireName() {
        return wireName;
    }

    /** What has happened, in words. */
    public String sentence() {
        return sentence;
    }

    /** Whether a webhook can ask for it. */
    public boolean canBeAskedFor() {
        return this != PING;
    }

    static Optional<EventType> find(String wireName) {
        return Arrays.stream(values()).filter(type -> type.wireName.equals(wireName)).findFirst();
    }

    /** @throws IllegalArgumentException for a word that is none */
    @JsonCreator
    public static EventType of(String wireName) {
        return find(wireName).orElseThrow(() -> new IllegalArgumentException("'" + wireName
                + "' is no event; there are " + Arrays.stream(values()).filter(EventType::canBeAskedFor)
                        .map(EventType::wireName).collect(java.util.stream.Collectors.joining(", "))));
    }
}
