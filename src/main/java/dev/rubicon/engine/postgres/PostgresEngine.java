package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Applications;
import dev.rubicon.engine.DryRun;
import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Holder;
import dev.rubicon.engine.HolderAction;
import dev.rubicon.engine.HolderAnswer;
import dev.rubicon.engine.Likeness;
import dev.rubicon.engine.QueryFailed;
import dev.rubicon.engine.Script;
import dev.rubicon.engine.Shadows;
import dev.rubicon.engine.StepEnded;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.TableSum;
import dev.rubicon.engine.TargetReader;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.engine.TriggerCost;
import dev.rubicon.engine.facts.Examiner;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.postgres.schema.Rebuilding;
import dev.rubicon.engine.schema.Rebuilt;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.plan.DualWriteTrigger;
import dev.rubicon.plan.Work;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.registry.TargetCheck;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.springframework.stereotype.Component;

/** PostgreSQL 14 and newer. */
@Component
class PostgresEngine implements Engine {

    private static final Duration MEASURING = Duration.ofMinutes(2);
    private static final Duration READ_SILENCE = Duration.ofMinutes(10);

    private final Scripts scripts;
    private final Fragments fragments;
    private final Clock clock;

    PostgresEngine(Scripts scripts, Fragments fragments, Clock clock) {
        this.scripts = scripts;
        this.fragments = fragments;
        this.clock = clock;
    }

    @Override
    public EngineKind kind() {
        return EngineKind.POSTGRESQL;
    }

    @Override
    public Script parse(String sql) {
        return scripts.read(sql);
    }

    @Override
    public Examiner examiner(Schema start, int serverVersion) {
        return new PostgresExaminer(start, serverVersion);
    }

    @Override
    public TargetCheck check(TargetAccess access) {
        return new Inspection(access, clock.instant()).check();
    }

    @Override
    public TargetReader read(TargetAccess access) {
        return new PostgresReader(Connections.open(access, "rubicon reads", READ_SILENCE),
                new ReadOnly(access, scripts));
    }

    @Override
    public DryRun dryRun(TargetAccess access, Work.Backfill work, Duration stallBudget) {
        try (Connection connection = Connections.open(access, "rubicon dry run", READ_SILENCE)) {
            return new BackfillTrial(connection, fragments, work, stallBudget).run();
        } catch (StepEnded e) {
            throw new QueryFailed(e.outcome() instanceof StepOutcome.Failed failed
                    ? failed.message()
                    : String.valueOf(e.outcome()), null);
        } catch (SQLException e) {
            throw SqlStates.connectionLost(e)
                    ? new TargetUnavailable(access.name() + " broke off: " + Connections.message(e, access), null)
                    : new QueryFailed(BackfillTrial.missing(e) + Connections.message(e, access), null);
        }
    }

    @Override
    public TargetSession open(TargetAccess access, Claim claim) {
        Guard guard = Guard.connect(access, claim.run());
        Connection work = null;
        boolean taken = false;
        try {
            work = Connections.open(access, "rubicon waits for run/" + claim.run(), Duration.ZERO);
            TargetSession session = take(access, claim, guard, work);
            taken = true;
            return session;
        } catch (SQLException e) {
            throw new TargetUnavailable(access.name() + " cannot be taken: " + Connections.message(e, access), null);
        } finally {
            if (!taken) {
                Connections.closeQuietly(work);
                guard.close();
            }
        }
    }

    @Override
    public Rebuilt rebuild(TargetAccess empty, SchemaSnapshot snapshot) {
        return withConnection(empty, "rubicon rebuilds", READ_SILENCE,
                connection -> new Rebuilding(connection).run(snapshot));
    }

    @Override
    public Likeness likeness(TargetAccess target) {
        return withConnection(target, "rubicon reads", READ_SILENCE, TargetLikeness::read);
    }

    @Override
    public Shadows shadows(TargetAccess server) {
        return new ShadowServer(server);
    }

    @Override
    public List<TableSum> sums(TargetAccess database) {
        // a large table takes as long as it takes, without a word
        return withConnection(database, "rubicon sums up", Duration.ZERO, TableSums::of);
    }

    @Override
    public Applications applications(TargetAccess shadow, Collection<String> tables) {
        return PlayedApplications.begin(shadow, tables);
    }

    @Override
    public TriggerCost triggerCost(TargetAccess shadow, Work.Backfill work) {
        Work.DualWrite columns = Objects.requireNonNull(work.dualWrite());
        List<String> triggers = DualWriteTrigger.of(work).orElseThrow().triggers();
        return withConnection(shadow, "rubicon measures a trigger", MEASURING,
                connection -> new TriggerCosts(connection,
                        work.table(), columns.from(), columns.to(), triggers).measure());
    }

    private interface Reads<T> {
        T from(Connection connection) throws SQLException;
    }

    private static <T> T withConnection(TargetAccess access, String name, Duration silence, Reads<T> reads) {
        try (Connection connection = Connections.open(access, name, silence)) {
            return reads.from(connection);
        } catch (SQLException e) {
            throw new TargetUnavailable(access.name() + " broke off: " + Connections.message(e, access), null);
        }
    }

    @Override
    public HolderAnswer clear(TargetAccess access, Holder holder, HolderAction action) {
        return new HolderClearing(access, holder, action).clear();
    }

    private TargetSession take(TargetAccess access, Claim claim, Guard guard, Connection work) throws SQLException {
        if (PoolerSign.of(guard.connection(), work).found()) {
            throw new TargetUnavailable(PoolerSign.REASON, null);
        }
        guard.takeLock(claim.run());
        int pid = Rows.backendPid(work);
        guard.endPredecessors(List.of(pid, Rows.backendPid(guard.connection())));
        LedgerSchema.ensure(guard.connection());
        long fence = guard.nextFence(claim.run(), claim.node());
        Guard.rename(work, "rubicon run/" + claim.run() + " work");
        return new PostgresSession(access, claim.run(), guard, work, pid, fence, scripts, fragments);
    }
}
