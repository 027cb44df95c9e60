package dev.rubicon.engine.postgres;

import static dev.rubicon.engine.facts.LockMode.ACCESS_EXCLUSIVE;
import static dev.rubicon.engine.facts.LockMode.ACCESS_SHARE;
import static dev.rubicon.engine.facts.LockMode.SHARE_ROW_EXCLUSIVE;
import static dev.rubicon.engine.facts.LockMode.SHARE_UPDATE_EXCLUSIVE;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.Relation;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What happens to tables as a whole. */
final class TableEffects {

    /** The few parameters of relations whose change keeps others out; all others need SHARE UPDATE EXCLUSIVE. */
    private static final Set<String> EXCLUSIVE_PARAMETERS = Set.of("user_catalog_table", "security_barrier",
            "security_invoker", "check_option", "buffering", "fastupdate", "gin_pending_list_limit", "pages_per_range",
            "autosummarize");

    private final Effects effects;
    private final Schema schema;

    TableEffects(Effects effects) {
        this.effects = effects;
        this.schema = effects.schema();
    }

    void create(Action.CreateTable create) {
        if (create.ifNotExists() && schema.relation(create.table()).isPresent()) {
            effects.learned(effects.shown(create.table()) + " is there already, so nothing is made");
            return;
        }
        create.like().forEach(each -> effects.lock(each, ACCESS_SHARE, "its columns are copied"));
        create.inherits().forEach(each -> effects.lock(each, SHARE_UPDATE_EXCLUSIVE, "the new table inherits from it"));
        create.reads().forEach(each -> effects.lock(each, ACCESS_SHARE, "its rows are read"));
        QualifiedName parent = create.partitionOf();
        if (parent != null) {
            new PartitionEffects(effects).create(parent, create.defaultPartition());
        }
        Stream.concat(create.constraints().stream(),
                create.columns().stream().flatMap(column -> column.constraints().stream()))
                .forEach(constraint -> constraint(create.table(), constraint));
        if (create.columns().stream().anyMatch(column -> column.generated() != null && !column.generated().stored())
                || create.constraints().stream().anyMatch(each -> each.kind() == Constraint.Kind.NOT_NULL)) {
            effects.needs(18);
        }
    }

    private void constraint(QualifiedName table, Constraint constraint) {
        if (!constraint.enforced()) {
            effects.needs(18);
        }
        if (constraint.nullsNotDistinct()) {
            effects.needs(15);
        }
        if (constraint.kind() == Constraint.Kind.FOREIGN_KEY) {
            new ConstraintEffects(effects).referenced(table, constraint);
        }
    }

    /** Indexes and sequences of a table belong to its owner too. */
    void owner(QualifiedName table) {
        effects.lock(table, ACCESS_EXCLUSIVE, "it gets another owner");
        schema.indexesOf(table).stream().filter(index -> !effects.partitioned(table)).forEach(
                index -> effects.lockIndex(index.name(), ACCESS_EXCLUSIVE, "it gets another owner with its table"));
        effects.sequencesOf(table).forEach(each -> effects.lock(each, ACCESS_EXCLUSIVE,
                "it gets another owner with its table"));
    }

    void move(QualifiedName table) {
        effects.lock(table, ACCESS_EXCLUSIVE, "it gets another schema");
        effects.sequencesOf(table).forEach(each -> effects.lock(each, ACCESS_EXCLUSIVE,
                "it gets another schema with its table"));
    }

    void setLogged(Action.SetLogged set) {
        QualifiedName table = set.table();
        effects.lock(table, ACCESS_EXCLUSIVE, "it is written anew");
        boolean logged = !trait(table, "persistence").equals(Optional.of("unlogged"));
        if (knows(table) && logged == set.logged()) {
            effects.learned(effects.shown(table) + " is so already, so it is not written anew");
            return;
        }
        if (!effects.partitioned(table)) {
            effects.rewrite(table, "it is written anew");
        }
        if (effects.version() >= 15) {
            effects.sequencesOf(table).forEach(each -> effects.lock(each, ACCESS_EXCLUSIVE, "it is written anew too"));
        }
    }

    /** A copy of the file, indexes left where they are. */
    void setTablespace(Action.SetTablespace set) {
        QualifiedName table = set.table();
        effects.lock(table, ACCESS_EXCLUSIVE, "its file is copied");
        boolean there = trait(table, "tablespace").orElse("pg_default").equals(set.tablespace());
        if (!(knows(table) && there) && !effects.partitioned(table)) {
            effects.renew(table);
        }
    }

    void setAccessMethod(Action.SetAccessMethod set) {
        QualifiedName table = set.table();
        effects.needs(15);
        effects.lock(table, ACCESS_EXCLUSIVE, "it is written anew");
        boolean there = trait(table, "access method").orElse("heap").equals(set.method());
        if (!(knows(table) && there) && !effects.partitioned(table)) {
            effects.rewrite(table, "it is written anew");
        }
    }

    private boolean knows(QualifiedName relation) {
        return schema.relation(relation).filter(Relation::known).isPresent() || effects.index(relation);
    }

    private Optional<String> trait(QualifiedName table, String what) {
        return schema.relation(table).map(each -> each.details().traits().get(what));
    }

    void parameters(Action.StorageParameters change) {
        boolean exclusive = change.names().stream().anyMatch(EXCLUSIVE_PARAMETERS::contains);
        boolean view = schema.relation(change.table()).filter(each -> !each.isTable()).isPresent()
                && !effects.index(change.table());
        effects.lock(change.table(), exclusive || view ? ACCESS_EXCLUSIVE : SHARE_UPDATE_EXCLUSIVE,
                "a parameter of it changes");
        if (change.names().contains("security_invoker")) {
            effects.needs(15);
        }
    }

    void inheritance(Action.ChangeInheritance change) {
        effects.lock(change.table(), ACCESS_EXCLUSIVE,
                change.inherit() ? "it inherits from now on" : "it stops inheriting");
        effects.lock(change.parent(), change.inherit() ? SHARE_UPDATE_EXCLUSIVE : ACCESS_SHARE,
                "it is the parent");
    }

    void triggerState(Action.TriggerState state) {
        effects.lockFamily(state.table(), SHARE_ROW_EXCLUSIVE, "its triggers fire otherwise from now on");
    }

    void createTrigger(Action.CreateTrigger create) {
        effects.lockParts(create.table(), SHARE_ROW_EXCLUSIVE, "it gets a trigger");
    }

    void lockTables(Action.LockTables lock) {
        lock.tables().forEach(table -> effects.lockFamily(table, lock.mode(), "LOCK TABLE names it"));
    }

    // --- emptying and maintenance ----------------------------------------------------------------------------------

    void truncate(Action.Truncate truncate) {
        Set<QualifiedName> emptied = new HashSet<>();
        truncate.tables().forEach(table -> truncate(table, truncate, emptied));
    }

    private void truncate(QualifiedName table, Action.Truncate truncate, Set<QualifiedName> emptied) {
        if (!emptied.add(schema.resolve(table))) {
            return;
        }
        effects.lockFamily(table, ACCESS_EXCLUSIVE, "it is emptied");
        effects.stored(table).forEach(each -> schema.indexesOf(each)
                .forEach(index -> effects.lockIndex(index.name(), ACCESS_EXCLUSIVE, "it is emptied")));
        if (effects.mayHoldRows(table)) {
            effects.destroys("the rows of " + effects.shown(table));
        }
        if (truncate.restartIdentity()) {
            effects.sequencesOf(table).forEach(each -> effects.lock(each, ACCESS_EXCLUSIVE, "it starts again"));
        }
        if (truncate.cascade()) {
            schema.foreignKeysTo(table).forEach(key -> truncate(key.table(), truncate, emptied));
        }
    }

    void cluster(Action.Cluster cluster) {
        tables(cluster.table() == null ? List.of() : List.of(cluster.table()))
                .forEach(table -> effects.rewrite(table, "it is written anew in the order of an index"));
    }

    void vacuum(Action.Vacuum vacuum) {
        for (QualifiedName table : tables(vacuum.tables())) {
            if (vacuum.full()) {
                effects.rewrite(table, "it is written anew without dead rows");
            } else {
                effects.lockParts(table, SHARE_UPDATE_EXCLUSIVE, "it is vacuumed");
            }
        }
    }

    void analyze(Action.Analyze analyze) {
        tables(analyze.tables()).forEach(table -> effects.lockFamily(table, SHARE_UPDATE_EXCLUSIVE,
                "a sample of its rows is read"));
    }

    /** None named means all that are known. */
    private List<QualifiedName> tables(List<QualifiedName> named) {
        return named.isEmpty()
                ? schema.relations().stream().filter(Relation::isTable).map(Relation::name).toList()
                : named;
    }
}
