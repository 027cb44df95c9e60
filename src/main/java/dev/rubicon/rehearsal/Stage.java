package dev.rubicon.rehearsal;

import dev.rubicon.engine.Engine;
import dev.rubicon.engine.TableSum;
import dev.rubicon.engine.TargetReader;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.registry.TargetAccess;
import java.util.List;

/** A shadow that is made and filled, and can be looked at. */
record Stage(Engine engine, TargetAccess shadow) {

    SchemaSnapshot snapshot() {
        try (TargetReader reader = engine.read(shadow)) {
            return reader.snapshot();
        }
    }

    List<TableSum> sums() {
        return engine.sums(shadow);
    }
}
