package dev.rubicon.rehearsal;

import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Engines;
import dev.rubicon.engine.QueryFailed;
import dev.rubicon.engine.TargetReader;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.plan.Plans;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.Environment;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Policy;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.registry.Targets;
import dev.rubicon.verification.IgnoreList;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Looks whether rehearsals still hold: whether their targets are what they were when the shadow was made. */
@Component
class Looks {

    private static final Logger log = LoggerFactory.getLogger(Looks.class);
    private static final int MOST = 20;

    private final RehearsalRows rows;
    private final Targets targets;
    private final Engines engines;
    private final Plans plans;
    private final Environments environments;
    private final Clock clock;

    Looks(RehearsalRows rows, Targets targets, Engines engines, Plans plans, Environments environments,
            Clock clock) {
        this.environments = environments;
        this.rows = rows;
        this.targets = targets;
        this.engines = engines;
        this.plans = plans;
        this.clock = clock;
    }

    /**
     * Reads the target, and keeps what has moved.
     *
     * @throws Problem CONFLICT when it cannot be read now
     */
    Standing look(Rehearsal rehearsal) {
        TargetAccess access = targets.access(rehearsal.target());
        Engine engine = engines.of(access.engine());
        Standing standing;
        try (TargetReader reader = engine.read(access)) {
            List<String> moved = new ArrayList<>();
            if (reader.ledger(rehearsal.plan()).stream().anyMatch(row -> row.inEffect())) {
                moved.add("Steps of %s are in effect on %s since".formatted(rehearsal.plan(), rehearsal.target()));
            }
            moved.addAll(moved(rehearsal, reader.snapshot()));
            standing = new Standing(clock.instant(), moved);
        } catch (TargetUnavailable | QueryFailed e) {
            throw new Problem(ProblemType.CONFLICT,
                    "Whether the rehearsal still holds cannot be seen: " + e.getMessage());
        }
        rows.stands(rehearsal.id(), standing);
        return standing;
    }

    private List<String> moved(Rehearsal rehearsal, SchemaSnapshot now) {
        List<String> moved = new ArrayList<>();
        if (!WaysBack.digest(plans.get(rehearsal.plan(), rehearsal.revision())).equals(rehearsal.rollbackDigest())) {
            moved.add("The ways back of the plan are others");
        }
        Integer version = rehearsal.sourceVersion();
        if (version == null || version == now.serverVersion()
                && now.fingerprint().digits().equals(rehearsal.sourceFingerprint())) {
            return moved;
        }
        IgnoreList ignored = IgnoreList.of(environments.find(rehearsal.environment()).orElseThrow().policy());
        ExpectedSchema.atTheBeginning(version, rows.source(rehearsal.id())).moved(now, ignored).stream().limit(MOST)
                .map(ExpectedSchema.Move::words).forEach(moved::add);
        return moved;
    }

    /** Looks at all on which a rollout may depend; one that cannot be seen stands as it was last seen. */
    void lookAround() {
        for (Environment environment : environments.all()) {
            Policy.Rehearsed demand = environment.policy().rehearsal();
            if (demand != null) {
                rows.newest(environment.name(), clock.instant().minus(demand.maxAge())).forEach(this::lookIfSeen);
            }
        }
    }

    private void lookIfSeen(Rehearsal rehearsal) {
        try {
            look(rehearsal);
        } catch (Problem unseen) {
            log.info("Rehearsal {}: {}", rehearsal.id(), unseen.getMessage());
        }
    }
}
