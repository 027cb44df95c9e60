package dev.rubicon.engine;

import dev.rubicon.engine.facts.Examiner;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.schema.Rebuilt;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.plan.Work;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.registry.TargetCheck;
import java.time.Duration;
import java.util.Collection;
import java.util.List;

/** One kind of database. Implementations are thread-safe. */
public interface Engine {

    EngineKind kind();

    /** Splits a script into its statements and classifies each; a syntax error is part of the answer, never thrown. */
    Script parse(String sql);

    /**
     * Begins to follow statements over a schema.
     *
     * @param start is taken over: the examiner changes it
     * @param serverVersion major version of the server that they are to run on
     */
    Examiner examiner(Schema start, int serverVersion);

    /** Connects, and tells what Rubicon may and may not do there. Never throws for what it finds. */
    TargetCheck check(TargetAccess access);

    /**
     * Connects to read: queries, loss counts, the ledger. Takes no lock and needs no fence.
     *
     * @throws TargetUnavailable when the target cannot be reached or refuses
     */
    TargetReader read(TargetAccess access);

    /**
     * Does a few batches of a backfill and rolls them back, and tells what the whole would meet. Needs no claim: it waits for no
     * lock longer than the stall budget, writes nothing of Rubicon's, and holds the rows of its batch for some seconds at
     * most, which a run that works there meanwhile treats like rows that an application holds.
     *
     * @throws QueryFailed when what the backfill needs is not there, or the target refuses it
     * @throws TargetUnavailable when the target cannot be reached or refuses
     */
    DryRun dryRun(TargetAccess access, Work.Backfill work, Duration stallBudget);

    /**
     * Connects to write and takes the target for this run: advisory lock, then a new fence; sessions that an earlier
     * holder left behind are ended first.
     *
     * @param claim who wants the target
     * @throws TargetBusy when another session holds the target
     * @throws TargetUnavailable when the target cannot be reached or refuses
     */
    TargetSession open(TargetAccess access, Claim claim);

    /**
     * Rebuilds a schema on an empty database: what a disposable copy of a target begins with.
     *
     * @throws TargetUnavailable when the database cannot be reached, refuses, or is not empty: then nothing was done
     */
    Rebuilt rebuild(TargetAccess empty, SchemaSnapshot snapshot);

    /**
     * Reads what a shadow of the target needs to be like it: settings, names of extensions and estimates, no values.
     *
     * @throws TargetUnavailable when the target cannot be reached or refuses
     */
    Likeness likeness(TargetAccess target);

    /** The server of this database as one on which shadows are made; connects only when it is asked for something. */
    Shadows shadows(TargetAccess server);

    /**
     * Sums up all rows of all tables but those of Rubicon itself. For small databases that nobody writes to: it reads
     * everything.
     *
     * @throws TargetUnavailable when the database cannot be reached or refuses
     */
    List<TableSum> sums(TargetAccess database);

    /**
     * Begins to play the versions of an application on a shadow.
     *
     * @param tables to be written to, as written in SQL; an index stands for its table, and what is not there for nothing
     * @throws TargetUnavailable when the shadow cannot be reached or refuses
     */
    Applications applications(TargetAccess shadow, Collection<String> tables);

    /**
     * Measures on a shadow what the trigger of a dual write costs those who write. Changes nothing.
     *
     * @param work whose trigger is there now
     * @throws TargetUnavailable when the shadow cannot be reached or breaks off
     */
    TriggerCost triggerCost(TargetAccess shadow, Work.Backfill work);

    /**
     * Cancels the statement of, or ends, a session that holds what a step waits for: only if it is still the session that
     * was seen, still holds the lock and is none of Rubicon's. Looks for some seconds what came of it; never throws for
     * what it finds.
     *
     * @throws TargetUnavailable when the target cannot be reached or refuses
     */
    HolderAnswer clear(TargetAccess access, Holder holder, HolderAction action);

    /**
     * @param run number of the phase run; it stands in the target's {@code application_name}
     * @param node name of this Rubicon node
     */
    record Claim(long run, String node) {}
}
