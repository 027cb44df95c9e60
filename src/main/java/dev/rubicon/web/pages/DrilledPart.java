package dev.rubicon.web.pages;

import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.WaysBackDrilled.Drilled;
import dev.rubicon.rollout.WaysBackDrilled.Stand;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the way back of a rollout stood when it was drilled, target by target, the worst first.
 *
 * @param more targets besides those shown
 * @param mayDrill whether the reader may have it drilled now
 * @param drilling whether a drill is under way, whose end the page is to show
 */
record DrilledPart(List<Line> lines, int more, String summary, boolean mayDrill, boolean drilling) {

    private static final int SHOWN = 6;

    /**
     * @param took like {@code went back in 0.4 s}, or empty
     * @param words what broke it, why it is stale or unproven
     * @param drill number of the drill, on the page of the revision's rehearsals; null where there is none
     */
    record Line(String target, Sign sign, @Nullable Moment at, String took, String words, List<String> notes,
            @Nullable Long drill) {}

    static DrilledPart of(List<Drilled> ways, RolloutView rollout, Actor actor, Instant now) {
        boolean drilling = ways.stream().anyMatch(way -> way.stand() == Stand.DRILLING);
        long intact = ways.stream().filter(way -> way.stand() == Stand.INTACT).count();
        return new DrilledPart(ways.stream().sorted(Comparator.comparingInt(DrilledPart::urgency)).limit(SHOWN)
                .map(way -> line(way, now)).toList(), Math.max(0, ways.size() - SHOWN),
                ways.size() > 1 ? "%d of %d intact".formatted(intact, ways.size()) : "",
                !ways.isEmpty() && !drilling && actor.may(Permission.OPERATE, rollout.environment()), drilling);
    }

    private static Line line(Drilled way, Instant now) {
        Long millis = way.millis();
        boolean went = way.stand() == Stand.INTACT || way.stand() == Stand.STALE;
        return new Line(way.target(), sign(way.stand()), Moment.ofNullable(way.at(), now),
                millis == null || !went ? "" : "went back in " + Amounts.duration(Duration.ofMillis(millis)),
                way.words(), way.notes(), way.drill());
    }

    private static int urgency(Drilled way) {
        return switch (way.stand()) {
            case BROKEN -> 0;
            case DRILLING -> 1;
            case UNPROVEN -> 2;
            case STALE -> 3;
            case UNDRILLED -> 4;
            case INTACT -> 5;
        };
    }

    static Sign sign(Stand stand) {
        return switch (stand) {
            case UNDRILLED -> new Sign("dot", "soft", "not drilled yet");
            case DRILLING -> new Sign("moving", "now", "being drilled");
            case INTACT -> new Sign("check", "good", "way back drilled");
            case STALE -> new Sign("clock", "hold", "way back drilled, stale");
            case BROKEN -> new Sign("cross", "bad", "way back broken");
            case UNPROVEN -> new Sign("stop", "hold", "could not be drilled");
        };
    }
}
