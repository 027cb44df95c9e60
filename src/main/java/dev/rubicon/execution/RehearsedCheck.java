package dev.rubicon.execution;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.LedgerRow;
import dev.rubicon.engine.QueryFailed;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.execution.RehearsedSchemas.Compared;
import dev.rubicon.execution.RehearsedSchemas.Stake;
import dev.rubicon.execution.RehearsedSchemas.Start;
import dev.rubicon.plan.Phase;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Before a phase begins on a target, looks whether its schema is the one on which the phase was rehearsed. Once a step of the
 * phase was tried the schema is what that made of it, and nothing is compared.
 */
@Component
class RehearsedCheck {

    private static final Logger log = LoggerFactory.getLogger(RehearsedCheck.class);
    private static final Duration UNTIL_THE_NEXT_LOOK = Duration.ofSeconds(10);

    private final ObjectProvider<RehearsedSchemas> rehearsed;
    private final PhaseRunRows rows;
    private final RunLog runLog;

    RehearsedCheck(ObjectProvider<RehearsedSchemas> rehearsed, PhaseRunRows rows, RunLog runLog) {
        this.rehearsed = rehearsed;
        this.rows = rows;
        this.runLog = runLog;
    }

    /**
     * @param schema as it is now
     * @return when to look again, where the phase must not begin now; the target is let go until then
     */
    Optional<Duration> before(PhaseRun run, Phase phase, TargetSession session, Map<String, LedgerRow> ledger,
            Supplier<SchemaSnapshot> schema) {
        Optional<Duration> later = look(run, phase, session, ledger, schema);
        if (later.isEmpty() && Waits.isForRehearsal(run.blocker())) {
            runLog.mayBegin(run);
        }
        return later;
    }

    private Optional<Duration> look(PhaseRun run, Phase phase, TargetSession session, Map<String, LedgerRow> ledger,
            Supplier<SchemaSnapshot> schema) {
        RehearsedSchemas schemas = rehearsed.getIfAvailable();
        if (schemas == null || !untouched(run, phase, session, ledger)) {
            return Optional.empty();
        }
        Start start = new Start(run.plan(), run.revision(), run.digest(), run.phase(), run.target(), run.environment());
        return switch (schemas.stake(start)) {
            case NONE -> Optional.empty();
            case TOLD -> compare(run, schemas, start, Stake.TOLD, schema);
            case BLOCKS -> compare(run, schemas, start, Stake.BLOCKS, schema);
        };
    }

    private Optional<Duration> compare(PhaseRun run, RehearsedSchemas schemas, Start start, Stake stake,
            Supplier<SchemaSnapshot> schema) {
        SchemaSnapshot now;
        try {
            now = schema.get();
        } catch (QueryFailed unread) {
            if (stake == Stake.TOLD) {
                log.info("Run {}: its schema is not compared: {}", run.id(), unread.getMessage());
                return Optional.empty();
            }
            runLog.waitsOutside(run, Waits.forSchema(String.valueOf(unread.getMessage())));
            return Optional.of(UNTIL_THE_NEXT_LOOK);
        }
        Compared compared = schemas.compare(start, now);
        runLog.compared(run, compared.before());
        if (compared.blocker() == null) {
            return Optional.empty();
        }
        runLog.waitsOutside(run, compared.blocker());
        return Optional.of(UNTIL_THE_NEXT_LOOK);
    }

    private boolean untouched(PhaseRun run, Phase phase, TargetSession session, Map<String, LedgerRow> ledger) {
        return run.direction() == Direction.FORWARD && !run.rehearsed() && rows.attempts(run.id()).isEmpty()
                && phase.steps().stream().noneMatch(step -> inEffect(ledger.get(step.name()))
                        || session.tried(run.plan(), step.name()));
    }

    private static boolean inEffect(@Nullable LedgerRow row) {
        return row != null && row.inEffect();
    }
}
