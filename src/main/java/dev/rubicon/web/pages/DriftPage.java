package dev.rubicon.web.pages;

import dev.rubicon.plan.UnifiedDiff;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import dev.rubicon.verification.Baseline;
import dev.rubicon.verification.Drift;
import dev.rubicon.verification.SchemaChange;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What differs on a target from what should be there, side by side.
 *
 * @param expected where what should be there comes from
 * @param note why nobody could look since, or an empty text
 */
record DriftPage(String target, String environment, Sign sign, String expected, @Nullable Moment expectedSince,
        @Nullable Moment looked, String note, String fingerprint, List<Change> changes, List<Past> past,
        boolean mayLook, boolean mayAccept) {

    /** @param lines of both texts */
    record Change(String id, String words, Sign sign, Moment since, Moment seen, List<Line> lines) {}

    /** @param same whether both sides have it */
    record Line(@Nullable String should, @Nullable String is, boolean same) {

        static Line of(UnifiedDiff.Row row) {
            return new Line(row.old(), row.young(), row.same());
        }
    }

    record Past(String words, Moment ended, String why) {}

    static DriftPage of(Drift drift, Actor actor, Instant now) {
        Baseline baseline = drift.baseline();
        boolean known = !drift.fingerprint().isEmpty();
        return new DriftPage(drift.target(), drift.environment(), sign(drift.state(), drift.open().size()),
                expected(baseline), baseline == null ? null : Moment.of(baseline.at(), now),
                Moment.ofNullable(drift.lookedAt(), now), drift.note(), drift.fingerprint(),
                IntStream.range(0, drift.open().size()).mapToObj(i -> change(i, drift.open().get(i), now)).toList(),
                drift.ended().stream().map(each -> past(each, now)).toList(),
                actor.may(Permission.CHECK_TARGET, drift.environment()),
                known && drift.state() != Drift.State.NONE && actor.may(Permission.OPERATE, drift.environment()));
    }

    static Sign sign(Drift.State state, int objects) {
        return switch (state) {
            case UNWATCHED -> new Sign("dot", "soft", "not watched");
            case NONE -> new Sign("check", "good", "no drift");
            case DRIFTED -> drifted(objects);
        };
    }

    static Sign drifted(int objects) {
        return new Sign("warn", "hold", objects == 1 ? "1 object drifted" : objects + " objects drifted");
    }

    private static String expected(@Nullable Baseline baseline) {
        if (baseline == null) {
            return "";
        }
        return switch (baseline.why()) {
            case ROLLOUT -> "what rollout #" + baseline.rollout() + " left";
            case ACCEPTED -> "what " + baseline.acceptedBy() + " accepted: " + baseline.reason();
            case UPGRADE -> "what was there after an upgrade of the server (" + baseline.reason() + ")";
        };
    }

    private static Change change(int index, Drift.Item item, Instant now) {
        SchemaChange change = item.change();
        return new Change("change-" + index, change.words(), switch (change.way()) {
            case ADDED -> new Sign("warn", "hold", "should not be there");
            case REMOVED -> new Sign("cross", "bad", "missing");
            case CHANGED -> new Sign("warn", "hold", "otherwise");
        }, Moment.of(item.since(), now), Moment.of(item.seenAt(), now),
                change.sideBySide().stream().map(Line::of).toList());
    }

    private static Past past(Drift.Item item, Instant now) {
        Instant ended = item.endedAt() == null ? item.seenAt() : item.endedAt();
        return new Past(item.change().words(), Moment.of(ended, now),
                item.endedBy() == null ? "" : item.endedBy());
    }
}
