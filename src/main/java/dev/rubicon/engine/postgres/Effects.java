package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.Compatibility;
import dev.rubicon.engine.facts.Facts;
import dev.rubicon.engine.facts.Lock;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.ColumnName;
import dev.rubicon.engine.facts.Schema.Index;
import dev.rubicon.engine.facts.Schema.Relation;
import dev.rubicon.engine.facts.Schema.RelationKind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Collects what one statement does to relations. Locks on indexes are named where they add something to the lock on their
 * table; weaker ones than those of the planner's are left out.
 */
final class Effects {

    private final Schema schema;
    private final int version;
    private final List<Action> statement;
    private final Map<QualifiedName, Lock> locks = new LinkedHashMap<>();
    private final Set<QualifiedName> rewrites = new LinkedHashSet<>();
    private final Set<QualifiedName> scans = new LinkedHashSet<>();
    private final Set<String> destroys = new LinkedHashSet<>();
    private final Set<String> learned = new LinkedHashSet<>();
    private int minimumVersion = 14;

    /** @param statement all actions of the statement, for those that change what another one needs */
    Effects(Schema schema, int version, List<Action> statement) {
        this.schema = schema;
        this.version = version;
        this.statement = statement;
    }

    Schema schema() {
        return schema;
    }

    int version() {
        return version;
    }

    List<Action> statement() {
        return statement;
    }

    /** Keeps the strongest lock on each relation, with its reason. */
    void lock(QualifiedName relation, Lock.Kind kind, LockMode mode, String because) {
        QualifiedName name = schema.resolve(relation);
        locks.merge(name, new Lock(shown(name), kind, mode, because),
                (one, other) -> other.mode().compareTo(one.mode()) > 0 ? other : one);
    }

    /** A lock on a relation of which the schema may know what it is. Where it knows that there is none, none is taken. */
    void lock(QualifiedName relation, LockMode mode, String because) {
        if (index(relation)) {
            lock(relation, Lock.Kind.INDEX, mode, because);
        } else if (stands(relation)) {
            lock(relation, kind(relation), mode, because);
        }
    }

    void lockIndex(QualifiedName index, LockMode mode, String because) {
        lock(index, Lock.Kind.INDEX, mode, because);
    }

    /** Locks a table with all that inherit from it, whatever depth. */
    void lockFamily(QualifiedName table, LockMode mode, String because) {
        lock(table, mode, because);
        heirs(table).forEach(heir -> lock(heir, mode, "it inherits from " + shown(table)));
    }

    /** Locks a table with its partitions, whatever depth. */
    void lockParts(QualifiedName table, LockMode mode, String because) {
        lock(table, mode, because);
        partitions(table).forEach(part -> lock(part, mode, "it is a partition of " + shown(table)));
    }

    /** The table and its indexes get new files under ACCESS EXCLUSIVE; a partitioned table's partitions do. */
    void rewrite(QualifiedName table, String because) {
        stored(table).forEach(each -> rewriteOne(each, because));
    }

    private void rewriteOne(QualifiedName table, String because) {
        lock(table, LockMode.ACCESS_EXCLUSIVE, because);
        rewrites.add(shown(table));
        scan(table);
        for (Index index : schema.indexesOf(table)) {
            lockIndex(index.name(), LockMode.ACCESS_EXCLUSIVE, "it is built anew");
            rewrites.add(shown(index.name()));
        }
    }

    /** New files for this relation alone. */
    void renew(QualifiedName relation) {
        rewrites.add(shown(relation));
    }

    void scan(QualifiedName table) {
        scans.add(shown(table));
    }

    /** Reads the rows of a table, its partitions and its heirs. */
    void scanFamily(QualifiedName table) {
        stored(table).forEach(this::scan);
    }

    /** Reads the rows of a table and its partitions. */
    void scanParts(QualifiedName table) {
        Stream.concat(Stream.of(table), partitions(table).stream())
                .filter(each -> !partitioned(each)).forEach(this::scan);
    }

    void destroys(String what) {
        destroys.add(what);
    }

    void learned(String sentence) {
        learned.add(sentence);
    }

    void needs(int oldestVersion) {
        minimumVersion = Math.max(minimumVersion, oldestVersion);
    }

    /** Takes over what a statement inside of this one does, but for relations that only come to be in it. */
    void absorb(Facts inner) {
        inner.locks().stream().filter(each -> each.kind() == Lock.Kind.INDEX
                ? index(each.relation())
                : stands(each.relation()))
                .forEach(each -> lock(each.relation(), each.kind(), each.mode(), each.because()));
        inner.rewrites().stream().filter(each -> index(each) || stands(each)).forEach(rewrites::add);
        inner.scans().stream().filter(this::stands).forEach(scans::add);
        destroys.addAll(inner.destroys());
        learned.addAll(inner.learned());
        needs(inner.minimumVersion());
    }

    Facts facts(Compatibility oldCode, Compatibility newCode) {
        return new Facts(List.copyOf(locks.values()), List.copyOf(rewrites), List.copyOf(scans),
                List.copyOf(destroys), oldCode, newCode, minimumVersion, List.copyOf(learned));
    }

    // --- questions -----------------------------------------------------------------------------------------------------

    /** Whether it may exist: in an open schema everything does that no statement took away. */
    boolean stands(QualifiedName relation) {
        if (schema.relation(relation).isPresent()) {
            return true;
        }
        return !schema.isComplete() && !schema.gone(ObjectKind.TABLE, relation);
    }

    boolean index(QualifiedName name) {
        return schema.index(name).isPresent();
    }

    /** Whether rows could be lost or read: nobody can have put any into what the script made and left empty. */
    boolean mayHoldRows(QualifiedName table) {
        return !schema.fresh(table);
    }

    /** As the author would write it: without a schema that the search path finds. */
    QualifiedName shown(QualifiedName name) {
        QualifiedName full = schema.resolve(name);
        QualifiedName bare = QualifiedName.of(full.name());
        return schema.resolve(bare).equals(full) ? bare : full;
    }

    private Lock.Kind kind(QualifiedName relation) {
        return schema.relation(relation).map(each -> switch (each.kind()) {
            case TABLE, PARTITIONED_TABLE, FOREIGN_TABLE -> Lock.Kind.TABLE;
            case VIEW -> Lock.Kind.VIEW;
            case MATERIALIZED_VIEW -> Lock.Kind.MATERIALIZED_VIEW;
            case SEQUENCE -> Lock.Kind.SEQUENCE;
        }).orElse(Lock.Kind.TABLE);
    }

    /** Partitions and inheriting tables of all levels, the table itself not among them. */
    List<QualifiedName> heirs(QualifiedName table) {
        List<QualifiedName> heirs = new ArrayList<>();
        for (Relation child : schema.childrenOf(table)) {
            if (!heirs.contains(child.name())) {
                heirs.add(child.name());
                heirs.addAll(heirs(child.name()));
            }
        }
        return heirs;
    }

    /** Partitions of all levels. */
    List<QualifiedName> partitions(QualifiedName table) {
        return schema.partitionsOf(table).stream().flatMap(each -> Stream
                .concat(Stream.of(each.name()), partitions(each.name()).stream())).toList();
    }

    boolean partitioned(QualifiedName table) {
        return schema.relation(table).filter(each -> each.kind() == RelationKind.PARTITIONED_TABLE).isPresent();
    }

    /** Those of the table and its heirs that hold rows themselves. */
    List<QualifiedName> stored(QualifiedName table) {
        List<QualifiedName> all = new ArrayList<>(List.of(table));
        all.addAll(heirs(table));
        return all.stream().filter(each -> !partitioned(each)).toList();
    }

    /** Sequences that go with a column of the table, or with this one. */
    List<QualifiedName> sequencesOf(QualifiedName table) {
        return schema.relations().stream().filter(each -> {
            ColumnName owner = each.details().ownedBy();
            return owner != null && owner.table().equals(schema.resolve(table));
        }).map(Relation::name).toList();
    }

    List<QualifiedName> sequencesOf(QualifiedName table, String column) {
        ColumnName wanted = new ColumnName(schema.resolve(table), column);
        return schema.relations().stream().filter(each -> wanted.equals(each.details().ownedBy()))
                .map(Relation::name).toList();
    }

    /** The DEFAULT partition of a table, if it is known to have one. */
    List<QualifiedName> defaultPartition(QualifiedName table) {
        return schema.partitionsOf(table).stream()
                .filter(each -> "default".equals(each.details().traits().get("partition"))).map(Relation::name)
                .toList();
    }
}
