package dev.rubicon.rollout;

import org.jspecify.annotations.Nullable;

/** Notes about what somebody asked of a whole rollout: what is asked for and what is done are two things. */
final class Notes {

    private static final String PAUSING = "Pausing, asked by ";
    private static final String CANCELLING = "Cancelling, asked by ";

    private Notes() {}

    static String pausing(String who) {
        return PAUSING + who;
    }

    static String cancelling(String who) {
        return CANCELLING + who;
    }

    /** Why a rollback was asked for; where it was of some targets alone, also what stands on how many others. */
    static String rolledBack(String reason, int back, int stands) {
        return stands == 0
                ? reason
                : "Rolled back on %d of %d targets, still in effect on %d: %s".formatted(back, back + stands, stands,
                        reason);
    }

    /** The same note when it is done. */
    static @Nullable String settled(@Nullable String note) {
        if (note == null) {
            return null;
        }
        if (note.startsWith(PAUSING)) {
            return "Paused by " + note.substring(PAUSING.length());
        }
        return note.startsWith(CANCELLING) ? "Cancelled by " + note.substring(CANCELLING.length()) : note;
    }
}
