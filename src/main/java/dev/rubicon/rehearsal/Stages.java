package dev.rubicon.rehearsal;

import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Engines;
import dev.rubicon.engine.Likeness;
import dev.rubicon.engine.Shadows;
import dev.rubicon.engine.TargetReader;
import dev.rubicon.engine.schema.Rebuilt;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.registry.Targets;
import java.util.ArrayList;
import java.util.List;
import org.springframework.stereotype.Component;

/** Makes the shadow of a rehearsal like its target, and drops it. */
@Component
class Stages {

    private static final int MOST_NOTES = 20;

    private final RehearsalRows rows;
    private final ShadowServers servers;
    private final Targets targets;
    private final Engines engines;
    private final RehearsalSettings settings;

    Stages(RehearsalRows rows, ShadowServers servers, Targets targets, Engines engines, RehearsalSettings settings) {
        this.settings = settings;
        this.rows = rows;
        this.servers = servers;
        this.targets = targets;
        this.engines = engines;
    }

    /** Reads the target and makes its shadow; what is not as on the target stands in the report. */
    Stage set(Worker worker) {
        Rehearsal rehearsal = worker.rehearsal();
        worker.say("Reads the schema of " + rehearsal.target());
        TargetAccess target = targets.access(rehearsal.target());
        Engine engine = engines.of(target.engine());
        SchemaSnapshot source;
        try (TargetReader reader = engine.read(target)) {
            source = reader.snapshot();
            if (reader.ledger(rehearsal.plan()).stream().anyMatch(row -> row.inEffect())) {
                throw new Obstacle(("Steps of %s are in effect on %s already: a rehearsal begins where a rollout does. "
                        + "Rehearse before it starts, or on a target that it has not reached").formatted(
                                rehearsal.plan(), rehearsal.target()));
            }
        }
        Likeness likeness = engine.likeness(target);
        worker.demand(rows.began(rehearsal, source.fingerprint().digits(), source.serverVersion(), source.fingerprints()));
        ShadowServers.Choice server = servers.forVersion(source.serverVersion());
        String shadow = name(rehearsal, rehearsal.epoch());
        dropAll(rehearsal, server.shadows());
        worker.demand(rows.makes(rehearsal, server.word(), shadow));
        worker.say("Makes the shadow");
        Shadows.Made made = server.shadows().make(shadow, servers.password(server.word(), shadow), source, likeness);
        List<String> notes = new ArrayList<>(versions(source, server));
        notes.addAll(made.notes());
        notes.addAll(missing(made.rebuilt()));
        notes.addAll(filled(worker, server.shadows(), made.access(), likeness));
        worker.say("The shadow is made", worker.report().on(server.version(), notes));
        return new Stage(engine, made.access());
    }

    private List<String> filled(Worker worker, Shadows shadows, TargetAccess shadow, Likeness likeness) {
        return switch (worker.rehearsal().evidenceClass()) {
            case EMPTY_SCHEMA -> List.of();
            case SYNTHETIC_ROWS -> {
                worker.say("Fills the shadow with synthetic rows");
                yield shadows.fill(shadow, likeness, settings.rows()).unfilled();
            }
        };
    }

    private static List<String> versions(SchemaSnapshot source, ShadowServers.Choice server) {
        return source.serverVersion() == server.version()
                ? List.of()
                : List.of("The shadow is on PostgreSQL %d, the target on %d: locks, rewrites and times may differ"
                        .formatted(server.version(), source.serverVersion()));
    }

    private static List<String> missing(Rebuilt rebuilt) {
        List<String> all = new ArrayList<>();
        rebuilt.refused().forEach(refused -> all.add("Not on the shadow: %s (%s)".formatted(refused.statement().words(),
                refused.message())));
        rebuilt.leftOut().forEach(left -> all.add("Not on the shadow: what concerns role %s at %s"
                .formatted(left.missingRole(), left.statement().words())));
        if (all.size() <= MOST_NOTES) {
            return all;
        }
        List<String> some = new ArrayList<>(all.subList(0, MOST_NOTES));
        some.add("… and " + (all.size() - MOST_NOTES) + " more are not on the shadow");
        return some;
    }

    /** Drops whatever was made for the rehearsal, by whichever worker. */
    void strike(Rehearsal rehearsal) {
        Rehearsal now = rows.find(rehearsal.id()).orElseThrow();
        String server = now.server();
        if (server != null && now.shadow() != null) {
            dropAll(now, servers.byWord(server));
            rows.dropped(now);
        }
    }

    private void dropAll(Rehearsal rehearsal, Shadows shadows) {
        String its = prefix(rehearsal);
        shadows.names().stream().filter(name -> name.startsWith(its)).forEach(shadows::drop);
    }

    private String name(Rehearsal rehearsal, int epoch) {
        return prefix(rehearsal) + epoch;
    }

    private String prefix(Rehearsal rehearsal) {
        return Shadows.PREFIX + rows.site() + "_" + rehearsal.id() + "_";
    }
}
