package dev.rubicon.web.pages;

import dev.rubicon.engine.Holder;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether the reader may clear a session that holds a lock.
 *
 * @param offered whether there are buttons at all
 * @param refusal why they cannot be pressed, or null
 */
record HolderWords(boolean offered, @Nullable String refusal) {

    /** Where nothing is offered: to readers, and on pages about many runs. */
    static final HolderWords NONE = new HolderWords(false, null);

    /** The application and its user, as far as they may be seen. */
    static String who(Holder holder) {
        String user = Objects.requireNonNullElse(holder.user(), "an unknown user");
        return holder.application() == null || holder.application().isEmpty()
                ? user
                : holder.application() + " as " + user;
    }

    /** What to ask before the statement is cancelled. */
    static String cancel(int pid, String who) {
        return "Cancel what pid " + pid + " (" + who
                + ") runs? Its statement fails with an error, its connection stays. "
                + "Where it runs nothing, it keeps the lock.";
    }

    /** What to ask before the session is ended. */
    static String end(int pid, String who) {
        return "End the session of pid " + pid + " (" + who + ")? Its connection is closed and its open transaction is "
                + "rolled back; the application gets an error.";
    }
}
