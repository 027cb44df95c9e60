package dev.rubicon.engine.postgres.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Script;
import dev.rubicon.engine.StandaloneEngine;
import dev.rubicon.engine.facts.Examiner;
import dev.rubicon.engine.facts.Facts;
import dev.rubicon.engine.facts.Lock;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** What Rubicon says of a proof's statement on a major version, to be held against an observation. */
record Claims(Proof proof, int version, Facts facts, boolean transactional) {

    private static final Engine ENGINE = ServiceLoader.load(StandaloneEngine.class).findFirst().orElseThrow().engine();
    private static final Map<Integer, Examiner> COMPLETE = new ConcurrentHashMap<>();
    private static final Map<Integer, Examiner> OPEN = new ConcurrentHashMap<>();

    /** Over a schema that holds the world and nothing else. */
    static Claims of(Proof proof, int version) {
        return of(proof, COMPLETE.computeIfAbsent(version, each -> world(Schema.complete(), each)).copy(), version);
    }

    /** Over a schema that knows the world, and takes it that there is more. */
    static Claims overOpenSchema(Proof proof, int version) {
        return of(proof, OPEN.computeIfAbsent(version, each -> world(Schema.open(), each)).copy(), version);
    }

    private static Examiner world(Schema schema, int version) {
        Examiner world = ENGINE.examiner(schema, version);
        script(Proofs.WORLD).statements().forEach(statement -> world.apply(statement.actions()));
        return world;
    }

    private static Claims of(Proof proof, Examiner examiner, int version) {
        examiner.schema().forgetMade();
        script(proof.setup()).statements().forEach(statement -> examiner.apply(statement.actions()));
        examiner.schema().forgetMade();
        Script.Statement statement = script(proof.statement()).statements().getFirst();
        return new Claims(proof, version, examiner.facts(statement.actions()), statement.transactional());
    }

    private static Script script(String sql) {
        Script script = ENGINE.parse(sql);
        assertThat(script.error()).as(sql).isNull();
        return script;
    }

    void compareWith(Observation seen) {
        Optional<String> refused = seen.refused();
        assertThat(refused.isPresent()).as("%s, PostgreSQL %d: refused, %s", proof, version, seen)
                .isEqualTo(proof.mustBeRefusedBy(version));
        assertThat(facts.minimumVersion()).as("%s: oldest version that takes it", proof).isEqualTo(proof.from());
        if (version >= proof.from()) {
            assertThat(refused).as("%s, PostgreSQL %d: refused with", proof, version).isEqualTo(proof.refused());
        }
        boolean outsideOnly = proof.alone().isPresent() || refused.equals(Optional.of("25001"));
        // that a table is partitioned, and so cannot be rebuilt in a transaction, no grammar tells
        assertThat(transactional).as("%s: runs in a transaction", proof)
                .isEqualTo(!outsideOnly || proof.partly() && transactional);
        if (refused.isEmpty()) {
            locks(seen);
            assertThat(names(facts.rewrites())).as(subject("new files", seen)).isEqualTo(seen.rewritten());
            scans(seen);
        }
    }

    private String subject(String what, Observation seen) {
        return "%s, PostgreSQL %d: %s%n%s%nsaid: %s%nseen: %s".formatted(proof, version, what, proof.statement(),
                facts.locks(), seen);
    }

    /**
     * What is said must be seen. What is seen must be said, but for ACCESS SHARE, the lock of every SELECT, and for locks on
     * indexes that add nothing to the lock on their table.
     */
    private void locks(Observation seen) {
        Map<String, LockMode> said = new TreeMap<>();
        facts.locks().forEach(lock -> said.put(name(lock.relation()), lock.mode()));
        Map<String, LockMode> all = new TreeMap<>(seen.tables());
        all.putAll(seen.indexes());
        Map<String, LockMode> expected = new TreeMap<>(all);
        expected.keySet().removeIf(relation -> !said.containsKey(relation) && mayGoUnsaid(relation, seen));
        if (proof.partly()) {
            said.keySet().retainAll(expected.keySet());
        }
        assertThat(said).as(subject("locks", seen)).isEqualTo(expected);
        facts.locks().forEach(lock -> assertThat(lock.kind() == Lock.Kind.INDEX)
                .as(subject(lock.relation() + " is an index", seen))
                .isEqualTo(seen.tableOf().containsKey(name(lock.relation()))));
    }

    private boolean mayGoUnsaid(String relation, Observation seen) {
        LockMode onIndex = seen.indexes().get(relation);
        if (onIndex != null) {
            LockMode onTable = seen.tables().get(seen.tableOf().getOrDefault(relation, ""));
            return onTable != null && onTable.compareTo(onIndex) >= 0;
        }
        LockMode mode = seen.tables().get(relation);
        return mode == null || mode == LockMode.ACCESS_SHARE
                || (proof.planned() || !proof.unsaid().isEmpty()) && !mode.blocksWrites();
    }

    private void scans(Observation seen) {
        Set<String> said = names(facts.scans());
        Set<String> expected = new HashSet<>(seen.scanned());
        if (proof.planned()) {
            expected.retainAll(said);
        }
        assertThat(said).as(subject("reads", seen)).isEqualTo(expected);
    }

    static Set<String> names(Collection<QualifiedName> relations) {
        Set<String> names = new TreeSet<>();
        relations.forEach(relation -> names.add(name(relation)));
        return names;
    }

    static String name(QualifiedName relation) {
        return relation.schema() == null || relation.schema().equals("public")
                ? relation.name()
                : relation.schema() + "." + relation.name();
    }
}
