package dev.rubicon.plan;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The unit of approval and of execution.
 *
 * @param index place in the plan, from 0
 * @param title the author's, or the kind's own word
 * @param needs phases of other plans that must be done on a target before this one starts there
 */
public record Phase(int index, PhaseKind kind, String title, After after, List<Need> needs, List<Step> steps) {

    /** The step of that name, if it is in this phase. */
    public Optional<Step> step(String name) {
        return steps.stream().filter(step -> step.name().equals(name)).findFirst();
    }

    /** The gates that the plan itself sets before the phase; the environment adds approvals, windows and freezes. */
    public record After(@Nullable Versions deployment, @Nullable Versions absent, @Nullable Duration soak,
            @Nullable Backup backup, List<Manual> manual) {

        public static final After NOTHING = new After(null, null, null, null, List.of());
    }

    /**
     * @param version a range like {@code >=2.4.0 <3}
     * @param because why the phase needs it, in the author's words
     */
    public record Versions(String application, String version, @Nullable String because) {}

    /**
     * @param maxAge the oldest that a backup may be when the phase starts on its target
     * @param keepFor how long the backup must be restorable from then on
     */
    public record Backup(Duration maxAge, @Nullable Duration keepFor) {}

    /**
     * A named go.
     *
     * @param by the account that gives it, or null for any operator
     */
    public record Manual(String name, @Nullable String by, @Nullable String because) {}

    /** A phase of another plan. */
    public record Need(String plan, int phase) {}
}
