package dev.rubicon.engine.facts;

import dev.rubicon.engine.facts.Action.ObjectKind;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A model of a database's schema, on which statements can be tried without a server. Without a catalog it is <em>open</em>:
 * it knows what statements said, and a relation it has not heard of may still exist. Read from a catalog it is
 * <em>complete</em>. A name without schema is looked for along the search path that statements set, or in {@code public}.
 * Copies cost nothing. Not thread-safe.
 */
public final class Schema {

    private static final Comparator<QualifiedName> BY_NAME = (one, other) -> {
        int way = one.name().compareTo(other.name());
        return way != 0 ? way : String.valueOf(one.schema()).compareTo(String.valueOf(other.schema()));
    };
    private static final SharedMap<QualifiedName, Boolean> NOBODY = SharedMap.sortedBy(BY_NAME);
    private static final List<String> PUBLIC = List.of("public");

    private final boolean complete;
    private final SchemaChanges changes = new SchemaChanges(this);
    private State now;
    private @Nullable State begun;
    private Deque<State> savepoints = new ArrayDeque<>();
    private boolean freshValues;

    /**
     * @param mentions by relation: the relations and indexes whose definition names it
     * @param touched what statements made, so that it can be forgotten without a search
     * @param objects by kind and name: objects of which only their existence is known, and those known to be gone
     */
    private record State(SharedMap<QualifiedName, Relation> relations, SharedMap<QualifiedName, Index> indexes,
            SharedMap<QualifiedName, Type> types, SharedMap<QualifiedName, Routine> functions,
            SharedMap<String, Named> objects, SharedMap<QualifiedName, SharedMap<QualifiedName, Boolean>> mentions,
            SharedMap<QualifiedName, Boolean> touched, SharedMap<String, Optional<String>> settings,
            SharedMap<String, Optional<String>> local) {

        State with(SharedMap<QualifiedName, Relation> newRelations) {
            return new State(newRelations, indexes, types, functions, objects, mentions, touched, settings, local);
        }

        State withIndexes(SharedMap<QualifiedName, Index> newIndexes) {
            return new State(relations, newIndexes, types, functions, objects, mentions, touched, settings, local);
        }

        State withTypes(SharedMap<QualifiedName, Type> newTypes) {
            return new State(relations, indexes, newTypes, functions, objects, mentions, touched, settings, local);
        }

        State withFunctions(SharedMap<QualifiedName, Routine> newFunctions) {
            return new State(relations, indexes, types, newFunctions, objects, mentions, touched, settings, local);
        }

        State withObjects(SharedMap<String, Named> newObjects) {
            return new State(relations, indexes, types, functions, newObjects, mentions, touched, settings, local);
        }

        State withMentions(SharedMap<QualifiedName, SharedMap<QualifiedName, Boolean>> newMentions) {
            return new State(relations, indexes, types, functions, objects, newMentions, touched, settings, local);
        }

        State withTouched(SharedMap<QualifiedName, Boolean> newTouched) {
            return new State(relations, indexes, types, functions, objects, mentions, newTouched, settings, local);
        }

        State withSettings(SharedMap<String, Optional<String>> newSettings,
                SharedMap<String, Optional<String>> newLocal) {
            return new State(relations, indexes, types, functions, objects, mentions, touched, newSettings, newLocal);
        }
    }

    private Schema(boolean complete, State now) {
        this.complete = complete;
        this.now = now;
    }

    private static State empty() {
        Comparator<String> text = Comparator.naturalOrder();
        return new State(SharedMap.sortedBy(BY_NAME), SharedMap.sortedBy(BY_NAME), SharedMap.sortedBy(BY_NAME),
                SharedMap.sortedBy(BY_NAME), SharedMap.sortedBy(text), SharedMap.sortedBy(BY_NAME),
                SharedMap.sortedBy(BY_NAME), SharedMap.sortedBy(text), SharedMap.sortedBy(text));
    }

    /** A model that knows nothing yet. */
    public static Schema open() {
        return new Schema(false, empty());
    }

    /** A model that an adapter fills from a catalog: what is not in it does not exist. */
    public static Schema complete() {
        return new Schema(true, empty());
    }

    /** Whether what is not here does not exist. */
    public boolean isComplete() {
        return complete;
    }

    /** What a relation is. */
    public enum RelationKind {
        TABLE, PARTITIONED_TABLE, VIEW, MATERIALIZED_VIEW, FOREIGN_TABLE, SEQUENCE;

        /** In a sentence. */
        public String word() {
            return switch (this) {
                case TABLE, PARTITIONED_TABLE -> "table";
                case VIEW, MATERIALIZED_VIEW, FOREIGN_TABLE, SEQUENCE -> name().toLowerCase(Locale.ROOT)
                        .replace('_', ' ');
            };
        }
    }

    /**
     * A table or something like one.
     *
     * @param known whether all of its columns and constraints are here; an open model has heard of some tables only by
     *     what was done to them
     * @param columns by name, in order; a column that is known to be gone is not among them
     * @param gone names of columns that statements took away from a table not otherwise known
     * @param parent of a partition, or null
     * @param reads what a view's query reads
     * @param made whether a statement made it since {@link Schema#forgetMade}
     * @param filled whether a statement brought rows into it since it was made
     * @param rows the server's estimate, or null where no catalog said it
     * @param bytes with indexes and TOAST, or null
     */
    public record Relation(QualifiedName name, RelationKind kind, boolean temporary, boolean known,
            Map<String, ColumnState> columns, Set<String> gone, Map<String, ConstraintState> constraints,
            @Nullable QualifiedName parent, List<QualifiedName> reads, boolean made, boolean filled,
            @Nullable Long rows, @Nullable Long bytes, Details details) {

        public boolean isTable() {
            return kind == RelationKind.TABLE || kind == RelationKind.PARTITIONED_TABLE;
        }
    }

    /**
     * What few ask of a relation.
     *
     * @param lost names of constraints that statements took away from a table not otherwise known
     * @param given names that RENAME gave to what was not known: {@code table}, {@code column x}, {@code constraint c}
     * @param inherits the tables after INHERITS
     * @param uses of a view: by relation that it reads, the columns; {@link #EVERY_COLUMN} for a star
     * @param triggers their functions, by name
     * @param traits what else statements set, like {@code owner}, by what it is
     * @param ownedBy the column that a sequence goes with, or null
     * @param definition of a view, its query as the catalog prints it; null where no catalog said it
     */
    public record Details(Set<String> lost, Set<String> given, List<QualifiedName> inherits,
            Map<QualifiedName, Set<String>> uses,
            Map<String, QualifiedName> triggers, Map<String, String> traits, @Nullable ColumnName ownedBy,
            @Nullable String definition) {

        public static final String EVERY_COLUMN = "*";
    }

    /** A column of a table. */
    public record ColumnName(QualifiedName table, String column) {}

    /**
     * @param type null where only its existence is known; never a serial, but the integer that it stands for
     * @param notNull null where that is not known
     * @param defaultValue null for none, and where {@code type} is null and nothing set it
     * @param numbered whether it takes its values from a sequence of its own, serial or IDENTITY
     * @param made whether a statement made it since {@link Schema#forgetMade}
     */
    public record ColumnState(String name, @Nullable TypeName type, @Nullable Boolean notNull,
            @Nullable Expression defaultValue, boolean numbered, Column.@Nullable Generated generated, boolean made) {

        static ColumnState heardOf(String name) {
            return new ColumnState(name, null, null, null, false, null, false);
        }

        ColumnState asBefore() {
            return new ColumnState(name, type, notNull, defaultValue, numbered, generated, false);
        }

        ColumnState withName(String other) {
            return new ColumnState(other, type, notNull, defaultValue, numbered, generated, made);
        }

        ColumnState withType(TypeName other) {
            return new ColumnState(name, other, notNull, defaultValue, numbered, generated, made);
        }

        ColumnState withNotNull(boolean other) {
            return new ColumnState(name, type, other, defaultValue, numbered, generated, made);
        }

        ColumnState withDefault(@Nullable Expression other) {
            return new ColumnState(name, type, notNull, other, numbered, generated, made);
        }

        ColumnState withNumbered(boolean other) {
            return new ColumnState(name, type, notNull, defaultValue, other, generated, made);
        }

        ColumnState withGenerated(Column.@Nullable Generated other) {
            return new ColumnState(name, type, notNull, defaultValue, numbered, other, made);
        }
    }

    /** @param valid whether existing rows are known to meet it */
    public record ConstraintState(String name, Constraint definition, boolean valid, boolean made) {

        ConstraintState asBefore() {
            return new ConstraintState(name, definition, valid, false);
        }
    }

    /**
     * @param columns the key's elements in order: a column's name, or an expression in parentheses
     * @param valid false where a concurrent build failed; null where that is not known
     * @param parent the index of the partitioned table that it is a part of, or null
     * @param behind whether it is the index of a constraint of the same name
     * @param definition as the catalog prints it; null where no catalog said it
     */
    public record Index(QualifiedName name, QualifiedName table, List<String> columns, List<String> include,
            boolean unique, @Nullable Boolean valid, @Nullable String where, String method,
            @Nullable QualifiedName parent, boolean behind, @Nullable String definition, boolean made) {

        Index withName(QualifiedName other) {
            return new Index(other, table, columns, include, unique, valid, where, method, parent, behind,
                    definition, made);
        }

        Index withTable(QualifiedName other) {
            return new Index(name, other, columns, include, unique, valid, where, method, parent, behind, null, made);
        }

        Index withColumns(List<String> keys, List<String> included, @Nullable String condition) {
            return new Index(name, table, keys, included, unique, valid, condition, method, parent, behind, null,
                    made);
        }

        Index withParent(@Nullable QualifiedName other) {
            return new Index(name, table, columns, include, unique, valid, where, method, other, behind, definition,
                    made);
        }

        Index withBehind(boolean other) {
            return new Index(name, table, columns, include, unique, valid, where, method, parent, other, definition,
                    made);
        }

        Index withValid(boolean other) {
            return new Index(name, table, columns, include, unique, other, where, method, parent, behind, definition,
                    made);
        }

        Index asBefore() {
            return new Index(name, table, columns, include, unique, valid, where, method, parent, behind, definition,
                    false);
        }
    }

    /** A domain or an enum. */
    public sealed interface Type {
        QualifiedName name();

        boolean made();
    }

    /** @param checks those that the server has checked and those it has not, as {@link Constraint#notValid} tells */
    public record Domain(QualifiedName name, TypeName base, boolean notNull, List<Constraint> checks,
            boolean made) implements Type {}

    /** @param fresh values added in the transaction that is still open; they cannot be used in it */
    public record EnumType(QualifiedName name, List<String> values, Set<String> fresh, boolean made) implements Type {}

    /** Another type: composite, range or base. */
    public record OtherType(QualifiedName name, boolean made) implements Type {}

    /**
     * A function or procedure, all of one name.
     *
     * @param byArguments volatility by number of arguments
     * @param definition as the catalog prints it, null where no catalog said it or there are several of the name
     */
    public record Routine(QualifiedName name, Map<Integer, Action.Volatility> byArguments,
            @Nullable String definition) {}

    /**
     * An object that the model does not look into, or one that statements dropped.
     *
     * @param on the table of a policy or rule, or null
     */
    public record Named(ObjectKind kind, QualifiedName name, @Nullable QualifiedName on, boolean exists) {}

    /** @param table the one that has it */
    public record ForeignKey(QualifiedName table, ConstraintState constraint) {}

    // --- questions ---------------------------------------------------------------------------------------------------

    /** The name with its schema, as the search path has it. */
    public QualifiedName resolve(QualifiedName name) {
        if (name.schema() != null) {
            return name;
        }
        List<String> path = path();
        return path.size() == 1
                ? new QualifiedName(path.getFirst(), name.name())
                : path.stream().map(schema -> new QualifiedName(schema, name.name())).filter(this::stands).findFirst()
                        .orElseGet(() -> resolveNew(name));
    }

    /** The name with the schema in which a new object of that name would be made. */
    QualifiedName resolveNew(QualifiedName name) {
        return name.schema() != null ? name : new QualifiedName(path().getFirst(), name.name());
    }

    private List<String> path() {
        String path = setting("search_path");
        if (path == null) {
            return PUBLIC;
        }
        List<String> schemas = java.util.Arrays.stream(path.split(",")).map(each -> each.strip().replace("\"", ""))
                .map(each -> each.replace("'", "")).filter(each -> !each.isEmpty() && !each.equals("$user")).toList();
        return schemas.isEmpty() ? List.of("public") : schemas;
    }

    private boolean stands(QualifiedName name) {
        return now.relations.get(name) != null || now.indexes.get(name) != null || now.types.get(name) != null
                || now.functions.get(name) != null;
    }

    public Optional<Relation> relation(QualifiedName name) {
        return Optional.ofNullable(now.relations.get(resolve(name)));
    }

    /** All relations, by name. */
    public Collection<Relation> relations() {
        return now.relations.values();
    }

    public Collection<Index> indexes() {
        return now.indexes.values();
    }

    public Collection<Type> types() {
        return now.types.values();
    }

    public Collection<Routine> functions() {
        return now.functions.values();
    }

    Collection<Named> objects() {
        return now.objects.values();
    }

    public Optional<Index> index(QualifiedName name) {
        return Optional.ofNullable(now.indexes.get(resolve(name)));
    }

    /** The column, where it has been heard of. */
    public Optional<ColumnState> column(QualifiedName table, String column) {
        return relation(table).map(each -> each.columns().get(column));
    }

    public Optional<ConstraintState> constraint(QualifiedName table, String constraint) {
        return relation(table).map(each -> each.constraints().get(constraint));
    }

    public List<Index> indexesOf(QualifiedName table) {
        QualifiedName name = resolve(table);
        return mentioning(name).map(now.indexes::get).filter(index -> index != null && index.table().equals(name))
                .toList();
    }

    public Optional<Type> type(QualifiedName name) {
        return Optional.ofNullable(now.types.get(resolve(name)));
    }

    /** The domain or enum of a column, where it is known and no built-in type. */
    public Optional<Type> type(TypeName name) {
        return type(new QualifiedName(name.schema(), name.name()));
    }

    /**
     * The volatility of a function that statements made or the catalog has; built-in ones are not here. The worst, where
     * there are several of the name.
     */
    public Optional<Action.Volatility> volatility(QualifiedName function) {
        return routine(function).flatMap(each -> each.byArguments().values().stream().max(Comparator.naturalOrder()));
    }

    /** The same, of the one with as many arguments where it is known. */
    public Optional<Action.Volatility> volatility(Expression.Call call) {
        return routine(call.name()).map(each -> each.byArguments().get(call.arguments()))
                .or(() -> volatility(call.name()));
    }

    public Optional<Routine> routine(QualifiedName function) {
        return Optional.ofNullable(now.functions.get(resolve(function)));
    }

    /** Whether statements dropped the object and none made it anew. */
    public boolean gone(ObjectKind kind, QualifiedName name) {
        Named named = now.objects.get(key(kind, resolve(name), null));
        return named != null && !named.exists();
    }

    /** The value of a session setting that a statement set, or null. */
    public @Nullable String setting(String name) {
        Optional<String> value = now.local.get(name) == null ? now.settings.get(name) : now.local.get(name);
        return value == null ? null : value.orElse(null);
    }

    /** Whether statements made the relation since {@link #forgetMade} and nobody put rows into it: nobody else uses it. */
    public boolean fresh(QualifiedName relation) {
        return relation(relation).filter(each -> each.made() && !each.filled()).isPresent();
    }

    /** Foreign keys of the table. */
    public List<ForeignKey> foreignKeysFrom(QualifiedName table) {
        return relation(table).stream().flatMap(from -> from.constraints().values().stream()
                .filter(each -> each.definition().kind() == Constraint.Kind.FOREIGN_KEY)
                .map(each -> new ForeignKey(from.name(), each))).toList();
    }

    /** Foreign keys of all tables, itself among them, that point to the table. */
    public List<ForeignKey> foreignKeysTo(QualifiedName table) {
        QualifiedName to = resolve(table);
        return mentioning(to).flatMap(from -> foreignKeysFrom(from).stream())
                .filter(key -> to.equals(key.constraint().definition().references())).toList();
    }

    /** Its partitions, one level down. */
    public List<Relation> partitionsOf(QualifiedName table) {
        QualifiedName parent = resolve(table);
        return mentioning(parent).map(now.relations::get)
                .filter(each -> each != null && parent.equals(each.parent())).toList();
    }

    /** Its partitions and the tables that inherit from it, one level down. */
    public List<Relation> childrenOf(QualifiedName table) {
        QualifiedName parent = resolve(table);
        return mentioning(parent).map(now.relations::get).filter(each -> each != null
                && (parent.equals(each.parent()) || each.details().inherits().contains(parent))).toList();
    }

    /** Views whose query reads the relation. */
    public List<Relation> viewsOn(QualifiedName relation) {
        QualifiedName read = resolve(relation);
        return mentioning(read).map(now.relations::get)
                .filter(each -> each != null && each.details().uses().containsKey(read)).toList();
    }

    /** Views whose query reads the column, or may, having a star. */
    public List<Relation> viewsOn(QualifiedName relation, String column) {
        QualifiedName read = resolve(relation);
        return viewsOn(read).stream().filter(view -> {
            Set<String> used = view.details().uses().getOrDefault(read, Set.of());
            return used.contains(column) || used.contains(Details.EVERY_COLUMN);
        }).toList();
    }

    /** Columns whose type is this domain, enum or other type. */
    public List<ColumnName> columnsOf(QualifiedName type) {
        QualifiedName of = resolve(type);
        return mentioning(of).map(now.relations::get).filter(each -> each != null)
                .flatMap(each -> each.columns().values().stream().filter(column -> isOf(column, of))
                        .map(column -> new ColumnName(each.name(), column.name())))
                .toList();
    }

    private boolean isOf(ColumnState column, QualifiedName type) {
        TypeName own = column.type();
        return own != null && own.name().equals(type.name())
                && resolve(new QualifiedName(own.schema(), own.name())).equals(type);
    }

    /** The primary key, where it is known. */
    public Optional<ConstraintState> primaryKey(QualifiedName table) {
        return relation(table).stream().flatMap(each -> each.constraints().values().stream())
                .filter(each -> each.definition().kind() == Constraint.Kind.PRIMARY_KEY).findFirst();
    }

    /** A valid index without condition whose leading columns are these, in any order. */
    public Optional<Index> indexCovers(QualifiedName table, List<String> columns) {
        Set<String> wanted = new HashSet<>(columns);
        return indexesOf(table).stream().filter(each -> each.where() == null && !Boolean.FALSE.equals(each.valid()))
                .filter(each -> each.columns().size() >= wanted.size()
                        && wanted.equals(new HashSet<>(each.columns().subList(0, wanted.size()))))
                .findFirst();
    }

    /** The name of a valid constraint that proves the column to hold no null: a CHECK, or a NOT NULL by name. */
    public Optional<String> provesNotNull(QualifiedName table, String column) {
        return relation(table).stream().flatMap(each -> each.constraints().values().stream())
                .filter(ConstraintState::valid).filter(each -> demandsNotNull(each.definition(), column))
                .map(ConstraintState::name).findFirst();
    }

    private static boolean demandsNotNull(Constraint constraint, String column) {
        Expression check = constraint.check();
        return constraint.kind() == Constraint.Kind.NOT_NULL && constraint.columns().contains(column)
                || check != null && check.demandsNotNull().contains(column);
    }

    /** What names the column: its indexes, constraints, foreign keys that point to it, generated columns and views. */
    public List<Dependent> dependents(QualifiedName table, String column) {
        return new Dependents(this).of(resolve(table), column);
    }

    /** What is not part of the table and names it: views, foreign keys that point to it, children. */
    public List<Dependent> dependents(QualifiedName table) {
        return new Dependents(this).of(resolve(table));
    }

    /**
     * Something that names a table or column.
     *
     * @param kind INDEX, CONSTRAINT, COLUMN, VIEW, MATERIALIZED_VIEW or TABLE
     * @param name of the index, view or table; for a constraint or column, its table
     * @param member the constraint or generated column, or null
     * @param part whether it goes silently with the column or table: DROP without CASCADE takes it along
     */
    public record Dependent(ObjectKind kind, QualifiedName name, @Nullable String member, boolean part) {

        /** To be read by people, like {@code view active_users}. */
        public String words() {
            String what = kind.word().toLowerCase(Locale.ROOT);
            return member == null
                    ? what + " " + name
                    : kind == ObjectKind.COLUMN
                            ? what + " " + name + "." + Identifiers.quote(member)
                            : what + " " + Identifiers.quote(member) + " of " + name;
        }
    }

    /**
     * What is otherwise in the other schema, as seen from this one: what it should be. In an open model, what one of the two
     * does not know counts as equal.
     */
    public List<Difference> differences(Schema other) {
        return new SchemaDifferences(this, this, other).all();
    }

    /**
     * What a rollback did not undo, this being the schema before the statements. What nobody knew before them counts as
     * undone where the rollback changed it at all.
     *
     * @param after as the statements left it
     * @param back as the rollback left it then
     */
    public List<Difference> notUndone(Schema after, Schema back) {
        return new SchemaDifferences(this, after, back).all();
    }

    // --- changes -----------------------------------------------------------------------------------------------------

    /** Takes what a statement does as done. What cannot succeed here changes nothing. */
    public void apply(Action action) {
        changes.apply(action);
    }

    /** Whatever stands now counts as having been there before: a new file begins, or an application came in between. */
    public void forgetMade() {
        SharedMap<QualifiedName, Boolean> touched = now.touched;
        now = now.withTouched(SharedMap.sortedBy(BY_NAME));
        touched.keys().forEach(name -> {
            replace(now.relations, name, each -> {
                Edit edit = Edit.of(each);
                edit.forgetMade();
                return edit.done();
            }, relations -> now = now.with(relations));
            replace(now.indexes, name, Index::asBefore, indexes -> now = now.withIndexes(indexes));
            replace(now.types, name, Schema::asBefore, types -> now = now.withTypes(types));
        });
    }

    private static <V> void replace(SharedMap<QualifiedName, V> map, QualifiedName name, Function<V, V> change,
            Consumer<SharedMap<QualifiedName, V>> keep) {
        V value = map.get(name);
        if (value != null) {
            keep.accept(map.with(name, change.apply(value)));
        }
    }

    private static Type asBefore(Type type) {
        return switch (type) {
            case Domain domain -> new Domain(domain.name(), domain.base(), domain.notNull(), domain.checks(), false);
            case EnumType values -> new EnumType(values.name(), values.values(), values.fresh(), false);
            case OtherType other -> new OtherType(other.name(), false);
        };
    }

    /** A model that goes its own way from here. */
    public Schema copy() {
        Schema copy = new Schema(complete, now);
        copy.begun = begun;
        copy.freshValues = freshValues;
        copy.savepoints = new ArrayDeque<>(savepoints);
        return copy;
    }

    // --- for those who change it -------------------------------------------------------------------------------------

    /** Puts a relation in place of what has its name. Adapters fill a model so; statements go through {@link #apply}. */
    public void put(Relation relation) {
        Relation before = now.relations.get(relation.name());
        now = now.with(now.relations.with(relation.name(), relation));
        mention(relation.name(), before == null ? Set.of() : targets(before), targets(relation));
        touched(relation.name());
        forget(ObjectKind.TABLE, relation.name());
    }

    /** Takes somebody's word for it that a table has partitions, unless it is known better. */
    public void saidToBePartitioned(QualifiedName table) {
        if (relation(table).filter(Relation::known).isEmpty()) {
            change(table, edit -> edit.kind = RelationKind.PARTITIONED_TABLE);
        }
    }

    /** Changes a relation; one that an open model has not heard of is heard of now, one that is not there stays away. */
    void change(QualifiedName relation, Consumer<Edit> change) {
        QualifiedName name = resolve(relation);
        Relation before = now.relations.get(name);
        if (before == null && (complete || now.indexes.get(name) != null)) {
            return;
        }
        Edit edit = before == null ? Edit.heardOf(name) : Edit.of(before);
        change.accept(edit);
        put(edit.done());
    }

    void remove(Relation relation) {
        now = now.with(now.relations.without(relation.name()));
        mention(relation.name(), targets(relation), Set.of());
        gone(ObjectKind.TABLE, relation.name(), null);
    }

    /** Puts an index in place of what has its name. */
    public void put(Index index) {
        Index before = now.indexes.get(index.name());
        now = now.withIndexes(now.indexes.with(index.name(), index));
        mention(index.name(), before == null ? Set.of() : targets(before), targets(index));
        touched(index.name());
        forget(ObjectKind.INDEX, index.name());
    }

    void remove(Index index) {
        now = now.withIndexes(now.indexes.without(index.name()));
        mention(index.name(), targets(index), Set.of());
        gone(ObjectKind.INDEX, index.name(), null);
    }

    /** Puts a type in place of what has its name; before the tables that use it. */
    public void put(Type type) {
        now = now.withTypes(now.types.with(type.name(), type));
        freshValues |= type instanceof EnumType values && !values.fresh().isEmpty();
        touched(type.name());
        forget(ObjectKind.TYPE, type.name());
    }

    void remove(Type type) {
        now = now.withTypes(now.types.without(type.name()));
        gone(ObjectKind.TYPE, type.name(), null);
    }

    /** Puts functions in place of those that have their name. */
    public void put(Routine routine) {
        now = now.withFunctions(now.functions.with(routine.name(), routine));
        forget(ObjectKind.FUNCTION, routine.name());
    }

    void removeRoutine(QualifiedName function) {
        now = now.withFunctions(now.functions.without(function));
        gone(ObjectKind.FUNCTION, function, null);
    }

    /** Whether statements made, or named anew, an object of which nothing else is known. */
    boolean noted(ObjectKind kind, QualifiedName name) {
        Named named = now.objects.get(key(kind, name, null));
        return named != null && named.exists();
    }

    /** Notes that an object of which nothing else is kept was made. */
    void made(ObjectKind kind, QualifiedName name, @Nullable QualifiedName on) {
        now = now.withObjects(now.objects.with(key(kind, name, on), new Named(kind, name, on, true)));
    }

    /** Notes that an object is gone, which an open model would take to exist for all it knows. */
    void gone(ObjectKind kind, QualifiedName name, @Nullable QualifiedName on) {
        now = now.withObjects(complete
                ? now.objects.without(key(kind, name, on))
                : now.objects.with(key(kind, name, on), new Named(kind, name, on, false)));
    }

    private void forget(ObjectKind kind, QualifiedName name) {
        if (!now.objects.isEmpty()) {
            now = now.withObjects(now.objects.without(key(kind, name, null)));
        }
    }

    /** Kinds of one name space have one key. */
    private static String key(ObjectKind kind, QualifiedName name, @Nullable QualifiedName on) {
        String space = switch (kind) {
            case TABLE, VIEW, MATERIALIZED_VIEW, SEQUENCE, FOREIGN_TABLE, INDEX -> "relation";
            case TYPE, DOMAIN -> "type";
            case COLUMN, CONSTRAINT, ENUM_VALUE, FUNCTION, TRIGGER, POLICY, RULE, SCHEMA, DATABASE, EXTENSION, ROLE,
                    OTHER ->
                kind.name();
        };
        return space + " " + name.sql() + (on == null ? "" : " ON " + on.sql());
    }

    /** Sets a session setting; a null value is the server's own default. */
    void set(String name, @Nullable String value, boolean local) {
        now = local
                ? now.withSettings(now.settings, now.local.with(name, Optional.ofNullable(value)))
                : now.withSettings(now.settings.with(name, Optional.ofNullable(value)), now.local.without(name));
    }

    void resetSettings() {
        now = now.withSettings(empty().settings(), empty().local());
    }

    void control(Action.TransactionControl control) {
        switch (control.control()) {
            case BEGIN -> begun = begun == null ? now : begun;
            case COMMIT, PREPARE -> endTransaction(control.chain());
            case ROLLBACK -> {
                now = begun == null ? now : begun;
                endTransaction(control.chain());
            }
            case SAVEPOINT -> savepoints.push(now);
            case RELEASE -> savepoints.poll();
            case ROLLBACK_TO -> now = savepoints.isEmpty() ? now : savepoints.getFirst();
        }
    }

    private void endTransaction(boolean chain) {
        now = now.withSettings(now.settings, empty().local());
        if (freshValues) {
            now.types.values().stream().filter(EnumType.class::isInstance).map(EnumType.class::cast)
                    .filter(each -> !each.fresh().isEmpty()).forEach(each -> now = now.withTypes(now.types
                            .with(each.name(), new EnumType(each.name(), each.values(), Set.of(), each.made()))));
            freshValues = false;
        }
        savepoints.clear();
        begun = chain ? now : null;
    }

    private void touched(QualifiedName name) {
        if (now.touched.get(name) == null) {
            now = now.withTouched(now.touched.with(name, true));
        }
    }

    private Stream<QualifiedName> mentioning(QualifiedName name) {
        SharedMap<QualifiedName, Boolean> names = now.mentions.get(name);
        return names == null ? Stream.empty() : names.keys().stream();
    }

    private Set<QualifiedName> targets(Relation relation) {
        Set<QualifiedName> targets = new HashSet<>(relation.details().inherits());
        targets.addAll(relation.details().uses().keySet());
        if (relation.parent() != null) {
            targets.add(relation.parent());
        }
        ColumnName owner = relation.details().ownedBy();
        if (owner != null) {
            targets.add(owner.table());
        }
        for (ConstraintState constraint : relation.constraints().values()) {
            QualifiedName references = constraint.definition().references();
            if (references != null) {
                targets.add(references);
            }
        }
        if (!now.types.isEmpty()) {
            relation.columns().values().forEach(column -> ownType(column, targets));
        }
        return targets;
    }

    private void ownType(ColumnState column, Set<QualifiedName> targets) {
        TypeName type = column.type();
        if (type != null) {
            (type.schema() == null ? path() : List.of(type.schema())).stream()
                    .map(schema -> new QualifiedName(schema, type.name())).filter(each -> now.types.get(each) != null)
                    .findFirst().ifPresent(targets::add);
        }
    }

    private static Set<QualifiedName> targets(Index index) {
        return index.parent() == null ? Set.of(index.table()) : Set.of(index.table(), index.parent());
    }

    private void mention(QualifiedName source, Set<QualifiedName> before, Set<QualifiedName> after) {
        if (before.equals(after)) {
            return;
        }
        var mentions = now.mentions;
        for (QualifiedName target : before) {
            SharedMap<QualifiedName, Boolean> sources = mentions.get(target);
            if (!after.contains(target) && sources != null) {
                mentions = mentions.with(target, sources.without(source));
            }
        }
        for (QualifiedName target : after) {
            SharedMap<QualifiedName, Boolean> sources = mentions.get(target);
            if (!before.contains(target)) {
                mentions = mentions.with(target, (sources == null ? NOBODY : sources).with(source, true));
            }
        }
        now = now.withMentions(mentions);
    }

    /** Relations and indexes that name this one, whatever way. */
    List<QualifiedName> naming(QualifiedName name) {
        return mentioning(name).toList();
    }
}
