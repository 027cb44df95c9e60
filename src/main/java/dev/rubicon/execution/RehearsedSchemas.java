package dev.rubicon.execution;

import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.gate.Blocker;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Knows on which schemas a revision was rehearsed. The room above, which rehearses, implements it; without it nothing is
 * compared.
 */
public interface RehearsedSchemas {

    /**
     * A phase that is about to begin on a target, with nothing of it done or tried there yet.
     *
     * @param digest of the revision
     */
    record Start(String plan, int revision, String digest, int phase, String target, String environment) {}

    /** What follows where the schema is not the one that was rehearsed. */
    enum Stake {
        /** There is nothing to compare with: the schema need not be read. */
        NONE,
        /** It is told. */
        TOLD,
        /** The phase does not begin. */
        BLOCKS
    }

    /**
     * The schema before a phase, beside the rehearsed one.
     *
     * @param rehearsal the one that it is alike, or the one that it is nearest to; null where there is none
     * @param moved what is not as it was there, object by object, in sentences; empty when it is the rehearsed one
     */
    record SchemaBefore(Instant at, String fingerprint, int serverVersion, @Nullable Long rehearsal,
            List<String> moved) {

        /** Whether this is what was rehearsed. */
        public boolean asRehearsed() {
            return rehearsal != null && moved.isEmpty();
        }
    }

    /** @param blocker why the phase does not begin, or null when it may */
    record Compared(SchemaBefore before, @Nullable Blocker blocker) {}

    /** Reads the control database alone. */
    Stake stake(Start start);

    /** Compares what was read on the target; may have it rehearsed. */
    Compared compare(Start start, SchemaSnapshot now);
}
