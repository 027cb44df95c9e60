package dev.rubicon.engine.facts;

import dev.rubicon.engine.facts.Schema.ColumnName;
import dev.rubicon.engine.facts.Schema.ColumnState;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.engine.facts.Schema.Index;
import dev.rubicon.engine.facts.Schema.Relation;
import dev.rubicon.engine.facts.Schema.RelationKind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Tables and their columns. */
final class TableChanges {

    private final Schema schema;
    private final ConstraintChanges constraints;
    private final IndexChanges indexes;

    TableChanges(Schema schema, ConstraintChanges constraints, IndexChanges indexes) {
        this.schema = schema;
        this.constraints = constraints;
        this.indexes = indexes;
    }

    void create(Action.CreateTable create) {
        QualifiedName name = schema.resolveNew(create.table());
        if (create.ifNotExists() && schema.relation(name).isPresent()) {
            return;
        }
        Edit edit = Edit.making(name, create.partitioned() ? RelationKind.PARTITIONED_TABLE : RelationKind.TABLE);
        edit.temporary = create.persistence() == Action.Persistence.TEMPORARY;
        if (create.persistence() == Action.Persistence.UNLOGGED) {
            edit.traits.put("persistence", "unlogged");
        }
        if (create.defaultPartition()) {
            edit.traits.put("partition", "default");
        }
        edit.filled = create.populated();
        takeOver(edit, create);
        create.columns().forEach(column -> edit.put(state(column)));
        schema.put(edit.done());
        create.columns().forEach(column -> sequence(name, column));
        create.columns().forEach(column -> column.constraints().forEach(each -> constraints.add(name, each)));
        create.constraints().forEach(each -> constraints.add(name, each));
        QualifiedName parent = edit.parent;
        if (parent != null) {
            becomePart(parent, name);
        }
    }

    /** Columns that other tables give; a table that has none of its own comes from a query or a type. */
    private void takeOver(Edit edit, Action.CreateTable create) {
        QualifiedName partitionOf = create.partitionOf();
        List<QualifiedName> parents = new ArrayList<>(create.inherits().stream().map(schema::resolve).toList());
        edit.inherits = List.copyOf(parents);
        if (partitionOf != null) {
            edit.parent = schema.resolve(partitionOf);
            parents.add(edit.parent);
        }
        edit.known = create.like().isEmpty() && !(create.columns().isEmpty() && parents.isEmpty());
        for (QualifiedName each : parents) {
            Relation parent = schema.relation(each).orElse(null);
            edit.known &= parent != null && parent.known();
            if (parent != null) {
                parent.columns().values().forEach(column -> edit.put(made(column)));
                parent.constraints().values().stream().filter(TableChanges::inherits)
                        .forEach(own -> edit.put(new ConstraintState(own.name(), own.definition(), true, true)));
            }
        }
        create.like().stream().flatMap(each -> schema.relation(each).stream())
                .forEach(each -> each.columns().values().forEach(column -> edit.put(bare(column))));
    }

    private static boolean inherits(ConstraintState constraint) {
        return switch (constraint.definition().kind()) {
            case CHECK, NOT_NULL -> true;
            case PRIMARY_KEY, UNIQUE, FOREIGN_KEY, EXCLUDE -> false;
        };
    }

    /** What LIKE alone takes over. */
    private static ColumnState bare(ColumnState column) {
        return new ColumnState(column.name(), column.type(), column.notNull(), null, false, null, true);
    }

    private static ColumnState made(ColumnState column) {
        return new ColumnState(column.name(), column.type(), column.notNull(), column.defaultValue(),
                column.numbered(), column.generated(), true);
    }

    static ColumnState state(Column column) {
        boolean key = column.constraints().stream().anyMatch(each -> each.kind() == Constraint.Kind.PRIMARY_KEY);
        return new ColumnState(column.name(), plain(column.type()), column.notNull() || column.numbered() || key,
                column.defaultValue(), column.numbered(), column.generated(), true);
    }

    /** The integer that a serial stands for. */
    private static @Nullable TypeName plain(@Nullable TypeName type) {
        if (type == null || !type.serial()) {
            return type;
        }
        return switch (type.name()) {
            case "serial2" -> new TypeName(null, "int2", List.of(), false, "smallint");
            case "serial8" -> new TypeName(null, "int8", List.of(), false, "bigint");
            default -> new TypeName(null, "int4", List.of(), false, "integer");
        };
    }

    private void sequence(QualifiedName table, Column column) {
        if (column.numbered()) {
            sequence(table, column.name(), column.identity() != null);
        }
    }

    /** The sequence of an identity column takes part in what is done to the column; that of a serial is only its default. */
    private void sequence(QualifiedName table, String column, boolean identity) {
        Edit edit = Edit.making(ChosenNames.sequence(schema, table, column), RelationKind.SEQUENCE);
        edit.ownedBy = new ColumnName(table, column);
        if (identity) {
            edit.traits.put("identity", "true");
        }
        schema.put(edit.done());
    }

    void addColumn(Action.AddColumn add) {
        Column column = add.column();
        QualifiedName name = schema.resolve(add.table());
        if (add.ifNotExists() && schema.column(name, column.name()).isPresent()) {
            return;
        }
        schema.change(name, edit -> edit.put(state(column)));
        if (schema.relation(name).isPresent()) {
            sequence(name, column);
            schema.childrenOf(name).forEach(child -> addToChild(child.name(), column));
            column.constraints().forEach(each -> constraints.add(name, each));
        }
    }

    /** Constraints reach the children from the parent, once it has them. */
    private void addToChild(QualifiedName child, Column column) {
        schema.change(child, edit -> edit.put(state(column)));
        schema.childrenOf(child).forEach(each -> addToChild(each.name(), column));
    }

    /** Changes a column of the table and of all that inherit it. */
    void column(QualifiedName table, String column, UnaryOperator<ColumnState> change) {
        schema.change(table, edit -> edit.column(column, change));
        schema.childrenOf(table).forEach(child -> column(child.name(), column, change));
    }

    void alterType(Action.AlterType alter) {
        column(alter.table(), alter.column(), each -> each.withType(alter.type()));
    }

    void changeIdentity(Action.ChangeIdentity change) {
        column(change.table(), change.column(),
                each -> change.drop() ? each.withNumbered(false) : each.withNumbered(true).withNotNull(true));
        QualifiedName table = schema.resolve(change.table());
        ColumnName owner = new ColumnName(table, change.column());
        List<Relation> owned = schema.naming(table).stream().flatMap(each -> schema.relation(each).stream())
                .filter(each -> owner.equals(each.details().ownedBy())).toList();
        if (change.drop()) {
            owned.forEach(schema::remove);
        } else if (owned.isEmpty() && schema.relation(table).isPresent()) {
            sequence(table, change.column(), true);
        }
    }

    void changeExpression(Action.ChangeExpression change) {
        Expression value = change.value();
        column(change.table(), change.column(), each -> {
            Column.Generated before = each.generated();
            return each.withGenerated(
                    value == null ? null : new Column.Generated(before == null || before.stored(), value));
        });
    }

    void inherit(Action.ChangeInheritance change) {
        QualifiedName parent = schema.resolve(change.parent());
        schema.change(change.table(), edit -> {
            edit.inherits = new ArrayList<>(edit.inherits);
            edit.inherits.remove(parent);
            if (change.inherit()) {
                edit.inherits.add(parent);
            }
        });
    }

    void attach(Action.AttachPartition attach) {
        QualifiedName parent = schema.resolve(attach.table());
        schema.change(parent, edit -> edit.kind = RelationKind.PARTITIONED_TABLE);
        schema.change(attach.partition(), edit -> {
            edit.parent = parent;
            if (attach.isDefault()) {
                edit.traits.put("partition", "default");
            }
        });
        becomePart(parent, schema.resolve(attach.partition()));
    }

    void detach(Action.DetachPartition detach) {
        QualifiedName partition = schema.resolve(detach.partition());
        schema.change(partition, edit -> {
            edit.parent = null;
            edit.traits.remove("partition");
        });
        schema.indexesOf(partition).forEach(each -> schema.put(each.withParent(null)));
    }

    /** A part gets the parent's indexes and keys, where it has none that will do. */
    private void becomePart(QualifiedName parent, QualifiedName part) {
        for (Index index : schema.indexesOf(parent)) {
            if (!index.behind()) {
                indexes.onPart(index, part);
            }
        }
        schema.relation(parent).ifPresent(from -> from.constraints().values()
                .forEach(each -> constraints.onPart(from.name(), part, each)));
    }
}
