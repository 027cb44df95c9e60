package dev.rubicon.rehearsal;

import dev.rubicon.engine.Applications;
import dev.rubicon.engine.Engine;
import dev.rubicon.engine.LedgerRow;
import dev.rubicon.engine.TableSum;
import dev.rubicon.engine.TargetReader;
import dev.rubicon.engine.TriggerCost;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.plan.Work;
import dev.rubicon.registry.TargetAccess;
import java.util.List;
import java.util.Set;

/**
 * A shadow that is made and filled, and can be looked at.
 *
 * @param inEffect what of the plan is in effect on the target, as its ledger says; on the shadow nobody knows of it yet
 * @param refused what of the target the server refused to make on the shadow, in sentences
 */
record Stage(Engine engine, TargetAccess shadow, List<LedgerRow> inEffect, List<String> refused) {

    SchemaSnapshot snapshot() {
        try (TargetReader reader = engine.read(shadow)) {
            return reader.snapshot();
        }
    }

    List<TableSum> sums() {
        return engine.sums(shadow);
    }

    /** @param tables that the plan touches, as written in SQL */
    Applications applications(Set<String> tables) {
        return engine.applications(shadow, tables);
    }

    /** @param work whose trigger is there now */
    TriggerCost triggerCost(Work.Backfill work) {
        return engine.triggerCost(shadow, work);
    }
}
