package dev.rubicon.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rubicon.engine.Engine.Claim;
import dev.rubicon.engine.StepWatch.Signal;
import dev.rubicon.plan.Work;
import dev.rubicon.registry.TargetAccess;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every engine promises, whatever kind of database it works on. */
public abstract class EngineContract {

    protected static final long RUN = 7;

    protected TargetAccess target;
    protected TargetSession session;
    protected final RecordingWatch watch = new RecordingWatch();

    protected abstract Engine engine();

    /** A new empty target. */
    protected abstract TargetAccess newTarget();

    /** Work that leaves exactly one more effect of this name each time it is done. */
    protected abstract Work effect(String name);

    /** How often {@link #effect} was done. */
    protected abstract int effects(String name);

    /** Work that the target refuses. */
    protected abstract Work refused();

    /** The same target with a password that is wrong. */
    protected abstract TargetAccess withWrongPassword();

    @BeforeEach
    void open() {
        target = newTarget();
        session = engine().open(target, new Claim(RUN, "node-a"));
    }

    @AfterEach
    void close() {
        session.close();
    }

    protected StepOrder order(String step, Direction direction, Work work) {
        return order(step, direction, work, "sha256:" + step + direction);
    }

    protected StepOrder order(String step, Direction direction, Work work, String checksum) {
        return new StepOrder("plan-a", 1, "sha256:plan", step, direction, work, 3, RUN, 1, checksum,
                "20260101000000_" + step, Duration.ofMillis(100), Duration.ofMillis(700), Duration.ofMinutes(1));
    }

    protected StepOutcome perform(StepOrder order) {
        return session.perform(order, watch);
    }

    protected StepOutcome forward(String step, Work work) {
        return perform(order(step, Direction.FORWARD, work));
    }

    @Test
    void doesAStepAndWritesOneLedgerRow() {
        assertThat(forward("a", effect("x"))).isInstanceOfSatisfying(StepOutcome.Done.class,
                done -> assertThat(done.before()).isFalse());

        assertThat(effects("x")).isEqualTo(1);
        assertThat(watch.pid).isPositive();
        assertThat(session.ledger("plan-a")).singleElement().satisfies(row -> {
            assertThat(row.step()).isEqualTo("a");
            assertThat(row.direction()).isEqualTo(Direction.FORWARD);
            assertThat(row.run()).isEqualTo(RUN);
            assertThat(row.inEffect()).isTrue();
        });
    }

    @Test
    void findsAStepDoneAndTouchesNothing() {
        forward("a", effect("x"));

        assertThat(forward("a", effect("x"))).isInstanceOfSatisfying(StepOutcome.Done.class,
                done -> assertThat(done.before()).isTrue());
        assertThat(effects("x")).isEqualTo(1);
    }

    @Test
    void refusesAStepThatTookEffectWithAnotherText() {
        forward("a", effect("x"));

        assertThat(perform(order("a", Direction.FORWARD, effect("y"), "sha256:other")))
                .isInstanceOfSatisfying(StepOutcome.Failed.class,
                        failed -> assertThat(failed.cause()).isEqualTo("other-checksum"));
        assertThat(effects("y")).isZero();
    }

    @Test
    void rollsBackWhatIsInEffectOnce() {
        forward("a", effect("x"));

        perform(order("a", Direction.ROLLBACK, effect("back")));
        assertThat(perform(order("a", Direction.ROLLBACK, effect("back"))))
                .isInstanceOfSatisfying(StepOutcome.Done.class, done -> assertThat(done.before()).isTrue());

        assertThat(effects("back")).isEqualTo(1);
        assertThat(session.ledger("plan-a")).singleElement()
                .satisfies(row -> assertThat(row.inEffect()).isFalse());
    }

    @Test
    void doesAStepAnewAfterItsRollback() {
        forward("a", effect("x"));
        perform(order("a", Direction.ROLLBACK, effect("back")));

        forward("a", effect("x"));

        assertThat(effects("x")).isEqualTo(2);
    }

    @Test
    void leavesAloneOnRollbackWhatIsNotInEffect() {
        assertThat(perform(order("a", Direction.ROLLBACK, effect("back"))))
                .isInstanceOfSatisfying(StepOutcome.Done.class, done -> assertThat(done.before()).isTrue());

        assertThat(effects("back")).isZero();
        assertThat(session.ledger("plan-a")).isEmpty();
    }

    @Test
    void countsASkippedStepAsInEffectWithoutDoingIt() {
        perform(order("a", Direction.SKIP, effect("x")));

        assertThat(effects("x")).isZero();
        assertThat(session.ledger("plan-a")).singleElement().satisfies(row -> {
            assertThat(row.direction()).isEqualTo(Direction.SKIP);
            assertThat(row.inEffect()).isTrue();
        });
        perform(order("a", Direction.ROLLBACK, effect("back")));
        assertThat(effects("back")).isZero();
    }

    @Test
    void recordsACheckWithoutDoingAnything() {
        assertThat(forward("a", new Work.Check())).isInstanceOf(StepOutcome.Done.class);

        assertThat(session.ledger("plan-a")).hasSize(1);
    }

    @Test
    void failsWhatTheTargetRefusesAndLeavesNoTrace() {
        assertThat(forward("a", refused())).isInstanceOfSatisfying(StepOutcome.Failed.class, failed -> {
            assertThat(failed.cause()).isEqualTo("statement-failed");
            assertThat(failed.message()).isNotBlank();
        });

        assertThat(session.ledger("plan-a")).isEmpty();
    }

    @Test
    void beginsNothingWhenAskedToStop() {
        watch.signal = () -> Signal.CANCEL;

        assertThat(forward("a", effect("x")))
                .isEqualTo(new StepOutcome.Stopped(Signal.CANCEL, "not begun"));
        assertThat(effects("x")).isZero();
    }

    @Test
    void letsOnlyOneSessionHoldTheTargetAndNamesIt() {
        assertThatThrownBy(() -> engine().open(target, new Claim(8, "node-b"))).isInstanceOf(TargetBusy.class)
                .hasMessageContaining("run/" + RUN);

        session.close();
        try (TargetSession next = engine().open(target, new Claim(8, "node-b"))) {
            assertThat(next.fence()).isGreaterThan(session.fence());
        }
    }

    @Test
    void refusesWorkThatItCannotDoYetInPlainWords() {
        assertThat(forward("a", new Work.DynamoDb(java.util.Map.of())))
                .isInstanceOfSatisfying(StepOutcome.Failed.class,
                        failed -> assertThat(failed.cause()).isEqualTo("not-yet"));
    }

    @Test
    void readsTheLedgerWithoutTakingTheTarget() {
        forward("a", effect("x"));

        try (TargetReader reader = engine().read(target)) {
            assertThat(reader.ledger("plan-a")).hasSize(1);
            assertThat(reader.ledger("plan-b")).isEmpty();
        }
    }

    @Test
    void tellsThatAPasswordIsWrongWithoutTellingIt() {
        TargetAccess wrong = withWrongPassword();

        assertThat(engine().check(wrong)).satisfies(check -> {
            assertThat(check.ok()).isFalse();
            assertThat(check.toString()).doesNotContain(String.valueOf(wrong.password()));
        });
        assertThatThrownBy(() -> engine().read(wrong)).isInstanceOf(TargetUnavailable.class)
                .hasMessageNotContaining(String.valueOf(wrong.password()));
    }
}
