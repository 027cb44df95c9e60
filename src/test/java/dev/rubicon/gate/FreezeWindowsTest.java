package dev.rubicon.gate;

import static dev.rubicon.gate.GateRoom.START;
import static dev.rubicon.gate.GateRoom.person;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rubicon.gate.FreezeWindows.Freeze;
import dev.rubicon.gate.GateRoom.PassageOf;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.security.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FreezeWindowsTest {

    private static final Actor OPERATOR = person("olga", "production", Role.OPERATOR);
    private static final Actor ADMIN = person("root", Actor.EVERYWHERE, Role.ADMIN);
    private static final Duration HOUR = Duration.ofHours(1);

    private final GateRoom room = GateRoom.empty();
    private final FreezeWindows windows = room.bean(FreezeWindows.class);
    private final Gates gates = room.bean(Gates.class);
    private final long rollout = room.rollout("bob");

    private static Freeze freeze(@Nullable String environment, @Nullable Instant from, Instant to) {
        return new Freeze(environment, Map.of(), from, to, "end of the quarter");
    }

    private List<Blocker> blockers() {
        return room.blockers(new PassageOf(rollout).passage());
    }

    private static ProblemType refusal(ThrowingCallable call) {
        Problem problem = catchThrowableOfType(Problem.class, call);
        assertThat(problem).isNotNull();
        return problem.type();
    }

    @Test
    void holdsFromItsBeginningUntilItsEnd() {
        windows.set(OPERATOR, freeze("production", START.plus(HOUR), START.plus(HOUR.multipliedBy(2))));
        assertThat(blockers()).isEmpty();
        room.clock.advance(HOUR);
        assertThat(blockers()).singleElement().satisfies(blocker -> {
            assertThat(blocker.type()).isEqualTo("freeze");
            assertThat(blocker.at()).isEqualTo(START.plus(HOUR.multipliedBy(2)));
            assertThat(blocker.message()).isEqualTo(
                    "Nothing starts on db-1, db-2 until 2026-01-15 14:00:00 UTC: end of the quarter");
        });
        room.clock.advance(HOUR);
        assertThat(blockers()).isEmpty();
    }

    @Test
    void holdsTargetsByEnvironmentByLabelsOrEverywhere() {
        Instant end = START.plus(HOUR);
        windows.set(ADMIN, freeze("staging", null, end));
        windows.set(ADMIN, new Freeze(null, Map.of("region", "eu", "tier", "1"), null, end, "both labels"));
        assertThat(blockers()).isEmpty();
        windows.set(ADMIN, new Freeze(null, Map.of("region", "eu"), null, end, "one label"));
        windows.set(ADMIN, freeze(null, null, end));
        assertThat(blockers()).extracting(blocker -> blocker.facts().get("targets"))
                .containsExactly(List.of("db-1"), List.of("db-1", "db-2"));
        assertThat(room.moved).extracting(GatesMoved::environment).containsExactly("staging", null, null, null);
    }

    @Test
    void refusesThePastAndStartsNowAtTheEarliest() {
        assertThat(refusal(() -> windows.set(OPERATOR, freeze("production", START.minus(HOUR), START))))
                .isEqualTo(ProblemType.INVALID_INPUT);
        assertThat(refusal(() -> windows.set(OPERATOR, freeze("production", START.plus(HOUR), START.plus(HOUR)))))
                .isEqualTo(ProblemType.INVALID_INPUT);
        assertThat(windows.set(OPERATOR, freeze("production", START.minus(HOUR), START.plus(HOUR))).startsAt())
                .isEqualTo(START);
    }

    @Test
    void endsNowWhenItIsLiftedWhileItRuns() {
        FreezeWindow window = windows.set(OPERATOR, freeze("production", null, START.plus(HOUR)));
        room.clock.advance(Duration.ofMinutes(10));
        assertThat(refusal(() -> windows.lift(OPERATOR, window.id(), window.version() + 1)))
                .isEqualTo(ProblemType.STALE);
        windows.lift(OPERATOR, window.id(), window.version());
        assertThat(blockers()).isEmpty();
        FreezeWindow ended = windows.get(OPERATOR, window.id());
        assertThat(ended.endsAt()).isEqualTo(START.plus(Duration.ofMinutes(10)));
        assertThat(ended.version()).isEqualTo(window.version() + 1);
        assertThat(refusal(() -> windows.lift(OPERATOR, window.id(), ended.version())))
                .isEqualTo(ProblemType.CONFLICT);
        assertThat(room.audited).extracting(GateRoom.Entry::action).containsExactly("freeze-window.set",
                "freeze-window.lifted");
        assertThat(room.moved).hasSize(2);
    }

    @Test
    void leavesNothingWhenItIsLiftedBeforeItBegan() {
        FreezeWindow ahead = windows.set(OPERATOR, freeze("production", START.plus(HOUR), START.plus(HOUR).plus(HOUR)));
        FreezeWindow justNow = windows.set(OPERATOR, freeze("production", null, START.plus(HOUR)));
        windows.lift(OPERATOR, ahead.id(), 0);
        windows.lift(OPERATOR, justNow.id(), 0);
        assertThat(windows.list(List.of("production"), true, Long.MAX_VALUE, 10)).isEmpty();
    }

    @Test
    void isSetAndLiftedByWhoMayFreezeThereAlone() {
        Instant end = START.plus(HOUR);
        assertThat(refusal(() -> windows.set(person("vera", "production", Role.APPROVER),
                freeze("production", null, end)))).isEqualTo(ProblemType.FORBIDDEN);
        assertThat(refusal(() -> windows.set(OPERATOR, freeze("staging", null, end)))).as("unseen")
                .isEqualTo(ProblemType.INVALID_INPUT);
        assertThat(refusal(() -> windows.set(OPERATOR, freeze(null, null, end)))).as("everywhere")
                .isEqualTo(ProblemType.FORBIDDEN);
        Actor token = new Actor("root", "ci", ADMIN.grants(), Set.of(Scope.values()));
        assertThat(refusal(() -> windows.set(token, freeze("production", null, end))))
                .isEqualTo(ProblemType.FORBIDDEN);
        long everywhere = windows.set(ADMIN, freeze(null, null, end)).id();
        assertThat(refusal(() -> windows.lift(OPERATOR, everywhere, 0))).isEqualTo(ProblemType.FORBIDDEN);
        long staging = windows.set(ADMIN, freeze("staging", null, end)).id();
        assertThat(refusal(() -> windows.lift(OPERATOR, staging, 0))).isEqualTo(ProblemType.NOT_FOUND);
    }

    @Test
    void listsWhatRunsOrLiesAheadAndOnDemandWhatEnded() {
        windows.set(ADMIN, freeze("production", null, START.plus(HOUR)));
        windows.set(ADMIN, freeze("staging", null, START.plus(HOUR.multipliedBy(3))));
        windows.set(ADMIN, freeze(null, START.plus(HOUR), START.plus(HOUR.multipliedBy(3))));
        room.clock.advance(HOUR);
        assertThat(windows.list(List.of("production"), false, Long.MAX_VALUE, 10))
                .extracting(FreezeWindow::environment).containsExactly((String) null);
        List<FreezeWindow> all = windows.list(List.of("production"), true, Long.MAX_VALUE, 10);
        assertThat(all).extracting(FreezeWindow::environment).containsExactly(null, "production");
        assertThat(windows.list(List.of("production"), true, all.getFirst().id(), 10)).hasSize(1);
        assertThat(windows.list(List.of("production", "staging"), true, Long.MAX_VALUE, 2)).hasSize(2);
        assertThat(windows.list(List.of(), true, Long.MAX_VALUE, 10)).hasSize(1);
    }
}
