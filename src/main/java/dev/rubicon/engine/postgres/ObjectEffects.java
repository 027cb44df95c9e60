package dev.rubicon.engine.postgres;

import static dev.rubicon.engine.facts.LockMode.ACCESS_EXCLUSIVE;
import static dev.rubicon.engine.facts.LockMode.ACCESS_SHARE;
import static dev.rubicon.engine.facts.LockMode.EXCLUSIVE;
import static dev.rubicon.engine.facts.LockMode.SHARE;
import static dev.rubicon.engine.facts.LockMode.SHARE_ROW_EXCLUSIVE;
import static dev.rubicon.engine.facts.LockMode.SHARE_UPDATE_EXCLUSIVE;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.Lock;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.ColumnName;
import dev.rubicon.engine.facts.Schema.Domain;
import dev.rubicon.engine.facts.Schema.Relation;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** What is done to objects by kind: dropping, renaming, views, types, comments, grants. */
final class ObjectEffects {

    private final Effects effects;
    private final Schema schema;

    ObjectEffects(Effects effects) {
        this.effects = effects;
        this.schema = effects.schema();
    }

    // --- dropping ------------------------------------------------------------------------------------------------------

    void drop(Action.Drop drop) {
        switch (drop.kind()) {
            case TABLE, FOREIGN_TABLE -> drop.names().forEach(table -> dropTable(table, drop.cascade()));
            case VIEW, MATERIALIZED_VIEW -> drop.names().forEach(view -> new Severing(effects).view(view));
            case INDEX -> new IndexEffects(effects).drop(drop);
            case SEQUENCE -> drop.names().forEach(sequence -> dropSequence(sequence, drop.cascade()));
            case TYPE, DOMAIN -> typesGone(drop);
            case FUNCTION -> functionsGone(drop);
            case TRIGGER -> onTable(drop, table -> effects.lockParts(table, ACCESS_EXCLUSIVE, "it loses a trigger"));
            case POLICY -> onTable(drop, table -> effects.lock(table, ACCESS_EXCLUSIVE, "it loses a policy"));
            case RULE -> onTable(drop, table -> effects.lock(table, ACCESS_EXCLUSIVE, "it loses a rule"));
            case SCHEMA -> drop.names().forEach(name -> dropSchema(name.name(), drop.cascade()));
            case DATABASE -> drop.names().forEach(name -> effects.destroys("database " + name));
            case OTHER -> onTable(drop, table -> effects.lock(table, SHARE_UPDATE_EXCLUSIVE, "an object on it goes"));
            case COLUMN, CONSTRAINT, ENUM_VALUE, EXTENSION, ROLE -> {}
        }
    }

    private static void onTable(Action.Drop drop, java.util.function.Consumer<QualifiedName> lock) {
        QualifiedName table = drop.on();
        if (table != null) {
            lock.accept(table);
        }
    }

    private void dropTable(QualifiedName table, boolean cascade) {
        new Severing(effects).table(table, cascade);
        if (effects.stands(table) && effects.mayHoldRows(table)) {
            effects.destroys("table " + effects.shown(table));
        }
    }

    private void dropSequence(QualifiedName sequence, boolean cascade) {
        if (effects.stands(sequence)) {
            effects.lock(sequence, Lock.Kind.SEQUENCE, ACCESS_EXCLUSIVE, "it is dropped");
        }
        if (cascade) {
            Pattern named = Pattern.compile("'(?:\\w+\\.)?\"?" + Pattern.quote(sequence.name()) + "\"?'");
            defaultsGone(value -> named.matcher(value.sql()).find());
        }
    }

    /** CASCADE takes the defaults along that need what is dropped. */
    private void defaultsGone(Predicate<Expression> needing) {
        schema.relations().stream().filter(each -> each.columns().values().stream().anyMatch(column -> {
            Expression value = column.defaultValue();
            return value != null && needing.test(value);
        })).forEach(table -> effects.lock(table.name(), ACCESS_EXCLUSIVE, "a default of it goes too"));
    }

    private void dropSchema(String name, boolean cascade) {
        if (!cascade) {
            return;
        }
        schema.relations().stream().filter(each -> name.equals(each.name().schema()))
                .forEach(new Severing(effects)::relation);
        effects.destroys("schema " + name);
    }

    /** CASCADE takes the columns of the type along. */
    private void typesGone(Action.Drop drop) {
        if (!drop.cascade()) {
            return;
        }
        for (QualifiedName type : drop.names()) {
            for (ColumnName column : schema.columnsOf(type)) {
                new ColumnEffects(effects).drop(new Action.DropColumn(column.table(), column.column(), true, false));
            }
        }
    }

    /** CASCADE takes the triggers and defaults along that call the function. */
    private void functionsGone(Action.Drop drop) {
        if (!drop.cascade()) {
            return;
        }
        List<QualifiedName> functions = drop.names().stream().map(schema::resolve).toList();
        withTriggers(functions::contains).forEach(table -> effects.lock(table.name(), ACCESS_EXCLUSIVE,
                "its trigger calls the function and goes too"));
        defaultsGone(
                value -> value.functions().stream().anyMatch(call -> functions.contains(schema.resolve(call.name()))));
    }

    private List<Relation> withTriggers(Predicate<QualifiedName> calling) {
        return schema.relations().stream()
                .filter(each -> each.details().triggers().values().stream().anyMatch(calling)).toList();
    }

    // --- names, owners ---------------------------------------------------------------------------------------------

    void rename(Action.Rename rename) {
        QualifiedName object = rename.object();
        switch (rename.kind()) {
            case TABLE, VIEW, MATERIALIZED_VIEW, SEQUENCE, FOREIGN_TABLE, INDEX -> renameRelation(rename);
            case COLUMN, CONSTRAINT -> {
                if (!notATable(object)) {
                    effects.lockFamily(object, ACCESS_EXCLUSIVE, rename.member() + " of it gets another name");
                }
            }
            case TRIGGER -> renameTrigger(object);
            case POLICY, RULE -> effects.lock(object, ACCESS_EXCLUSIVE, rename.member() + " of it gets another name");
            case TYPE, DOMAIN, ENUM_VALUE, FUNCTION, SCHEMA, DATABASE, EXTENSION, ROLE, OTHER -> {}
        }
    }

    /** Before 15, a partition keeps the old name for its part of the trigger. */
    private void renameTrigger(QualifiedName table) {
        effects.lock(table, ACCESS_EXCLUSIVE, "its trigger gets another name");
        if (effects.version() >= 15) {
            effects.lockParts(table, ACCESS_EXCLUSIVE, "its trigger gets another name");
        }
    }

    /** Constraints of a domain and attributes of a type are renamed by the same words. */
    private boolean notATable(QualifiedName object) {
        return schema.type(object).isPresent() && schema.relation(object).isEmpty();
    }

    private void renameRelation(Action.Rename rename) {
        if (rename.kind() == ObjectKind.INDEX || effects.index(rename.object())) {
            effects.lockIndex(rename.object(), SHARE_UPDATE_EXCLUSIVE, "it gets another name");
        } else if (effects.stands(rename.object())) {
            lock(rename.kind(), rename.object(), "it gets another name");
        }
    }

    private void lock(ObjectKind kind, QualifiedName object, String because) {
        Optional<Relation> known = schema.relation(object);
        if (known.isPresent()) {
            effects.lock(object, ACCESS_EXCLUSIVE, because);
            return;
        }
        Lock.Kind as = switch (kind) {
            case VIEW -> Lock.Kind.VIEW;
            case MATERIALIZED_VIEW -> Lock.Kind.MATERIALIZED_VIEW;
            case SEQUENCE -> Lock.Kind.SEQUENCE;
            case INDEX -> Lock.Kind.INDEX;
            default -> Lock.Kind.TABLE;
        };
        effects.lock(object, as, ACCESS_EXCLUSIVE, because);
    }

    private static boolean relation(ObjectKind kind) {
        return switch (kind) {
            case TABLE, VIEW, MATERIALIZED_VIEW, SEQUENCE, FOREIGN_TABLE -> true;
            case COLUMN, CONSTRAINT, INDEX, TYPE, DOMAIN, ENUM_VALUE, FUNCTION, TRIGGER, POLICY, RULE, SCHEMA,
                    DATABASE, EXTENSION, ROLE, OTHER ->
                false;
        };
    }

    void move(Action.SetSchema move) {
        if (move.kind() == ObjectKind.TABLE) {
            new TableEffects(effects).move(move.object());
        } else if (relation(move.kind()) && effects.stands(move.object())) {
            lock(move.kind(), move.object(), "it gets another schema");
        }
    }

    void owner(Action.SetOwner owner) {
        if (owner.kind() == ObjectKind.TABLE) {
            new TableEffects(effects).owner(owner.object());
        } else if (relation(owner.kind()) && effects.stands(owner.object())) {
            lock(owner.kind(), owner.object(), "it gets another owner");
        }
    }

    // --- views, sequences, types -----------------------------------------------------------------------------------

    void createView(Action.CreateView create) {
        boolean there = schema.relation(create.view()).isPresent();
        if (there && create.ifNotExists()) {
            effects.learned(effects.shown(create.view()) + " is there already, so nothing is made");
            return;
        }
        if (there && create.orReplace()) {
            effects.lock(create.view(), ACCESS_EXCLUSIVE, "its query is replaced");
        }
        create.reads().forEach(each -> effects.lock(each, ACCESS_SHARE, "the view reads it"));
    }

    /** Filled beside the old rows: with CONCURRENTLY only the difference is written, and readers go on. */
    void refresh(Action.RefreshView refresh) {
        QualifiedName view = refresh.view();
        effects.lock(view, Lock.Kind.MATERIALIZED_VIEW, refresh.concurrently() ? EXCLUSIVE : ACCESS_EXCLUSIVE,
                "it is filled anew");
        if (!refresh.concurrently()) {
            effects.renew(view);
            schema.indexesOf(view).forEach(index -> {
                effects.lockIndex(index.name(), ACCESS_EXCLUSIVE, "it is built anew");
                effects.renew(index.name());
            });
        }
        schema.relation(view).stream().flatMap(each -> each.reads().stream())
                .forEach(each -> effects.lock(each, ACCESS_SHARE, "the view reads it"));
    }

    void alterSequence(Action.AlterSequence alter) {
        effects.lock(alter.sequence(), Lock.Kind.SEQUENCE, SHARE_ROW_EXCLUSIVE, "its numbers change");
    }

    /** Rows of every table that uses the domain are read, unless the new constraint is NOT VALID. */
    void alterDomain(Action.AlterDomain alter) {
        Constraint added = alter.constraint();
        boolean checks = alter.setNotNull() || alter.validate() || added != null && !added.notValid();
        if (checks) {
            users(alter.domain()).forEach(column -> {
                effects.lock(column.table(), SHARE, "its column " + column.column() + " is of the domain");
                effects.scan(column.table());
            });
        }
    }

    /** Columns of the domain and of the domains over it. */
    private List<ColumnName> users(QualifiedName domain) {
        List<ColumnName> users = new java.util.ArrayList<>(schema.columnsOf(domain));
        schema.types().stream().filter(each -> each instanceof Domain over && over.base().name().equals(domain.name())
                && schema.resolve(new QualifiedName(over.base().schema(), over.base().name()))
                        .equals(schema.resolve(domain)))
                .forEach(each -> users.addAll(users(each.name())));
        return users;
    }

    // --- the rest ------------------------------------------------------------------------------------------------------

    void comment(Action.Comment comment) {
        QualifiedName object = comment.object();
        if (object == null) {
            return;
        }
        switch (comment.kind()) {
            case TABLE, COLUMN, VIEW, MATERIALIZED_VIEW, SEQUENCE, FOREIGN_TABLE ->
                effects.lock(object, SHARE_UPDATE_EXCLUSIVE, "its comment changes");
            case INDEX -> effects.lockIndex(object, SHARE_UPDATE_EXCLUSIVE, "its comment changes");
            case CONSTRAINT, TYPE, DOMAIN, ENUM_VALUE, FUNCTION, TRIGGER, POLICY, RULE, SCHEMA, DATABASE, EXTENSION,
                    ROLE, OTHER ->
                {}
        }
    }

    /** Before 18 a grant locks nothing. */
    void grant(Action.Grant grant) {
        if (effects.version() >= 18 && relation(grant.kind())) {
            grant.objects().forEach(each -> effects.lock(each, ACCESS_SHARE, "its privileges change"));
        }
    }

    /** Statistics and publications are made on tables that go on being read and written. */
    void createOther(Action.CreateOther create) {
        create.tables().forEach(each -> effects.lock(each, SHARE_UPDATE_EXCLUSIVE, "the new object is on it"));
    }
}
