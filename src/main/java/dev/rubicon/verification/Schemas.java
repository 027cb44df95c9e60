package dev.rubicon.verification;

import dev.rubicon.engine.Engines;
import dev.rubicon.engine.QueryFailed;
import dev.rubicon.engine.TargetReader;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.Aside;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.registry.Targets;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import dev.rubicon.verification.StoredSnapshot.Why;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/** The door to the schemas of targets, as they were last read. */
@Component
public class Schemas {

    private final SnapshotRows rows;
    private final Targets targets;
    private final Engines engines;
    private final Aside aside;
    private final TransactionTemplate transactions;

    Schemas(SnapshotRows rows, Targets targets, Engines engines, Aside aside,
            TransactionTemplate transactions) {
        this.rows = rows;
        this.targets = targets;
        this.engines = engines;
        this.aside = aside;
        this.transactions = transactions;
    }

    /** The last one of a target that the actor may see; empty when it was never read. */
    @Transactional(readOnly = true)
    public Optional<StoredSnapshot> last(Actor actor, String target) {
        return rows.newest(targets.get(actor, target).name());
    }

    /** What a phase run found on its target before its first step; empty where that is not kept. */
    @Transactional(readOnly = true)
    public Optional<SchemaSnapshot> before(long run) {
        return rows.before(run).map(StoredSnapshot::snapshot);
    }

    /** What a phase run left on its target; empty where that is not kept, or nobody has looked yet. */
    @Transactional(readOnly = true)
    public Optional<SchemaSnapshot> after(long run) {
        return rows.after(run).map(StoredSnapshot::snapshot);
    }

    /** The fingerprint of a schema, and when it was last seen so. */
    public record Seen(String fingerprint, Instant at) {}

    /** The schemas of targets as they were last read, by target; without those that were never. */
    @Transactional(readOnly = true)
    public Map<String, Seen> seen(Collection<String> targets) {
        return rows.seen(targets);
    }

    /** The schema of a target as it was last read, whoever asks; empty when it was never. */
    @Transactional(readOnly = true)
    public Optional<SchemaSnapshot> newest(String target) {
        return rows.newest(target).map(StoredSnapshot::snapshot);
    }

    /**
     * Reads the schema now and keeps it, in a transaction of its own: the target is asked outside of any. Takes
     * {@link Permission#CHECK_TARGET}, for Rubicon connects.
     *
     * @throws Problem NOT_FOUND, or CONFLICT when it cannot be read now
     */
    public StoredSnapshot take(Actor actor, String name) {
        Target target = targets.get(actor, name);
        actor.demand(Permission.CHECK_TARGET, target.environment());
        return aside.run(() -> {
            keep(name, Why.ASKED, read(name));
            return rows.newest(name).orElseThrow(() -> Problem.notFound("target '" + name + "'"));
        });
    }

    /**
     * Reads the schema now.
     *
     * @throws Problem CONFLICT when it cannot be read
     */
    SchemaSnapshot read(String target) {
        TargetAccess access = targets.access(target);
        try (TargetReader reader = engines.of(access.engine()).read(access)) {
            return reader.snapshot();
        } catch (TargetUnavailable | QueryFailed failed) {
            throw new Problem(ProblemType.CONFLICT, "The schema cannot be read now: " + failed.getMessage());
        }
    }

    /** Keeps what was read, or that the last one was seen again. */
    void keep(String target, Why why, SchemaSnapshot snapshot) {
        transactions.executeWithoutResult(status -> {
            if (!rows.seenAgain(target, snapshot)) {
                rows.insert(target, why, null, null, snapshot);
            }
        });
    }
}
