package dev.rubicon.rehearsal;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Engines;
import dev.rubicon.engine.LedgerRow;
import dev.rubicon.engine.Likeness;
import dev.rubicon.engine.Shadows;
import dev.rubicon.engine.TargetReader;
import dev.rubicon.engine.schema.Rebuilt;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.registry.JdbcUrl;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.registry.TargetIdentity;
import dev.rubicon.registry.Targets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Makes the shadow of a rehearsal like its target, and drops it. */
@Component
class Stages {

    private static final int MOST_NOTES = 20;
    /** The setting of a target in which an administrator names its restored copy, a registered target too. */
    private static final String COPY_SETTING = "rehearsalCopy";
    /** The setting of a copy in which whoever manages it names the target that may be rehearsed on it. */
    private static final String CONSENT_SETTING = "rehearsalCopyOf";
    /** Equal on two connections only when they lead to one database: a server starts at one microsecond. */
    private static final String LIVE = "SELECT current_database(), pg_catalog.pg_postmaster_start_time()";
    private static final Duration TO_ASK = Duration.ofSeconds(10);

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
        List<LedgerRow> inEffect;
        try (TargetReader reader = engine.read(target)) {
            source = reader.snapshot();
            inEffect = reader.ledger(rehearsal.plan()).stream().filter(LedgerRow::inEffect).toList();
        }
        demandGround(rehearsal, inEffect);
        Likeness likeness = engine.likeness(target);
        worker.demand(
                rows.began(rehearsal, source.fingerprint().digits(), source.serverVersion(), source.fingerprints()));
        boolean copied = rehearsal.evidenceClass() == EvidenceClass.COPY_OF_DATA;
        ShadowServers.Choice server = copied
                ? servers.ofCopy(copyOf(engine, target))
                : servers.forVersion(source.serverVersion());
        String shadow = name(rehearsal, rehearsal.epoch());
        dropAll(rehearsal, server.shadows());
        worker.demand(rows.makes(rehearsal, server.word(), shadow));
        worker.say("Makes the shadow");
        List<String> notes = new ArrayList<>(versions(source, server));
        String password = servers.password(server.word(), shadow);
        List<String> refused = new ArrayList<>();
        TargetAccess made = copied
                ? copy(engine, server, shadow, password, source, notes)
                : make(worker, server, shadow, password, source, likeness, notes, refused);
        worker.say("The shadow is made", worker.report().on(server.version(), notes));
        return new Stage(engine, made, inEffect, refused);
    }

    private static void demandGround(Rehearsal rehearsal, List<LedgerRow> inEffect) {
        switch (rehearsal.kind()) {
            case REHEARSAL -> {
                if (!inEffect.isEmpty()) {
                    throw new Obstacle(
                            ("Steps of %s are in effect on %s already: a rehearsal begins where a rollout does. "
                                    + "Rehearse before it starts, or on a target that it has not reached").formatted(
                                            rehearsal.plan(), rehearsal.target()));
                }
            }
            case DRILL -> {
                // what was left out changed nothing, and is not undone
                if (inEffect.stream().noneMatch(row -> row.direction() == Direction.FORWARD
                        && Objects.equals(row.rollout(), rehearsal.rollout()))) {
                    throw new Obstacle("Nothing of rollout #%d is in effect on %s: there is no way back to drill"
                            .formatted(rehearsal.rollout(), rehearsal.target()));
                }
            }
        }
    }

    private TargetAccess make(Worker worker, ShadowServers.Choice server, String shadow, String password,
            SchemaSnapshot source, Likeness likeness, List<String> notes, List<String> refused) {
        Shadows.Made made = server.shadows().make(shadow, password, source, likeness);
        notes.addAll(made.notes());
        refused.addAll(refused(made.rebuilt()));
        notes.addAll(missing(made.rebuilt()));
        if (worker.rehearsal().evidenceClass() == EvidenceClass.SYNTHETIC_ROWS) {
            worker.say("Fills the shadow with synthetic rows");
            notes.addAll(server.shadows().fill(made.access(), likeness, settings.rows()).unfilled());
        }
        return made.access();
    }

    /** The registered target that an administrator named as this one's copy, and that says so itself. */
    private String copyOf(Engine engine, TargetAccess target) {
        String name = target.settings().getOrDefault(COPY_SETTING, "");
        if (name.isBlank()) {
            throw new Obstacle(
                    ("No copy of the data of %s is named: restore one on a server apart, register it as a target, "
                            + "set %s on %s to its name, and %s on it to %s").formatted(target.name(), COPY_SETTING,
                                    target.name(), CONSENT_SETTING, target.name()));
        }
        Target copy = targets.find(name).orElseThrow(() -> new Obstacle(
                "%s of %s is %s, and there is no target of that name".formatted(COPY_SETTING, target.name(), name)));
        // before anything connects to it: any registered target could be named, in whatever environment
        if (!target.name().equals(copy.settings().get(CONSENT_SETTING))) {
            throw new Obstacle("%s does not say that it is a copy of %s: set %s on it to %s".formatted(name,
                    target.name(), CONSENT_SETTING, target.name()));
        }
        TargetAccess access = targets.access(name);
        if (sameByName(target, access, copy) || live(engine, target).equals(live(engine, access))) {
            throw new Obstacle("%s is the same database as %s, and no copy of it".formatted(name, target.name()));
        }
        return name;
    }

    private boolean sameByName(TargetAccess target, TargetAccess access, Target copy) {
        JdbcUrl one = JdbcUrl.parse(access.url());
        JdbcUrl other = JdbcUrl.parse(target.url());
        TargetIdentity identity = copy.identity();
        return (one.hosts().equals(other.hosts()) && one.database().equals(other.database()))
                || (identity != null
                        && identity.equals(targets.find(target.name()).map(Target::identity).orElse(null)));
    }

    private static List<List<@Nullable String>> live(Engine engine, TargetAccess access) {
        try (TargetReader reader = engine.read(access)) {
            return reader.query(LIVE, TO_ASK);
        }
    }

    private TargetAccess copy(Engine engine, ShadowServers.Choice server, String shadow, String password,
            SchemaSnapshot source, List<String> notes) {
        Shadows.Copied copied = server.shadows().copy(shadow, password);
        String name = server.word().substring(server.word().indexOf(':') + 1);
        Target copy = targets.find(name).orElseThrow();
        Instant madeAt = copied.madeAt();
        notes.add("The shadow is a clone of %s, %s".formatted(name, madeAt == null
                ? "registered " + copy.registeredAt().truncatedTo(ChronoUnit.SECONDS)
                        + "; when it was restored its server does not tell"
                : "made on its server " + madeAt.truncatedTo(ChronoUnit.SECONDS)));
        notes.addAll(copied.notes());
        try (TargetReader reader = engine.read(copied.access())) {
            notes.addAll(unlike(source, reader.snapshot(), name));
        }
        return copied.access();
    }

    /** Owners and grants are left out: those of the shadow are its own. */
    private static List<String> unlike(SchemaSnapshot source, SchemaSnapshot shadow, String name) {
        if (source.serverVersion() != shadow.serverVersion()) {
            return List
                    .of("Whether the schema of %s is the target's cannot be told over major versions".formatted(name));
        }
        Map<String, String> target = source.structures();
        Map<String, String> copy = shadow.structures();
        Set<String> all = new TreeSet<>(target.keySet());
        all.addAll(copy.keySet());
        List<String> unlike = all.stream().filter(object -> !Objects.equals(target.get(object), copy.get(object)))
                .map(object -> "%s %s".formatted(object, !copy.containsKey(object)
                        ? "is on the target alone"
                        : target.containsKey(object) ? "is otherwise on " + name : "is on " + name + " alone"))
                .toList();
        return unlike.isEmpty()
                ? List.of("The schema of %s is the target's, but for owners and grants, which were not compared"
                        .formatted(name))
                : some(unlike, "objects are not alike");
    }

    private static List<String> versions(SchemaSnapshot source, ShadowServers.Choice server) {
        return source.serverVersion() == server.version()
                ? List.of()
                : List.of("The shadow is on PostgreSQL %d, the target on %d: locks, rewrites and times may differ"
                        .formatted(server.version(), source.serverVersion()));
    }

    private static List<String> missing(Rebuilt rebuilt) {
        List<String> all = new ArrayList<>(refused(rebuilt));
        rebuilt.leftOut().forEach(left -> all.add("Not on the shadow: what concerns role %s at %s"
                .formatted(left.missingRole(), left.statement().words())));
        return some(all, "are not on the shadow");
    }

    private static List<String> refused(Rebuilt rebuilt) {
        return rebuilt.refused().stream().map(refused -> "Not on the shadow: %s (%s)".formatted(
                refused.statement().words(), refused.message())).toList();
    }

    private static List<String> some(List<String> all, String more) {
        if (all.size() <= MOST_NOTES) {
            return all;
        }
        List<String> some = new ArrayList<>(all.subList(0, MOST_NOTES));
        some.add("… and %d more %s".formatted(all.size() - MOST_NOTES, more));
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
