package dev.rubicon.engine.facts;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model of a database's schema, on which statements can be tried without a server. Without a catalog it is <em>open</em>:
 * it knows what statements said, and a relation it has not heard of may still exist. Read from a catalog it is
 * <em>complete</em>. Not thread-safe.
 */
public final class Schema {

    private final boolean complete;
    private final Map<QualifiedName, Relation> relations = new LinkedHashMap<>();
    private final Map<QualifiedName, Index> indexes = new LinkedHashMap<>();
    private final Map<QualifiedName, Type> types = new LinkedHashMap<>();
    private final Map<QualifiedName, Action.Volatility> functions = new HashMap<>();
    private final Map<String, @Nullable String> settings = new HashMap<>();

    private Schema(boolean complete) {
        this.complete = complete;
    }

    /** A model that knows nothing yet. */
    public static Schema open() {
        return new Schema(false);
    }

    /** A model that an adapter fills from a catalog: what is not in it does not exist. */
    public static Schema complete() {
        return new Schema(true);
    }

    /** Whether what is not here does not exist. */
    public boolean isComplete() {
        return complete;
    }

    /** What a relation is. */
    public enum RelationKind {
        TABLE, PARTITIONED_TABLE, VIEW, MATERIALIZED_VIEW, FOREIGN_TABLE, SEQUENCE
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
            @Nullable Long rows, @Nullable Long bytes) {}

    /**
     * @param type null where only its existence is known
     * @param notNull null where that is not known
     * @param made whether a statement made it since {@link Schema#forgetMade}
     */
    public record ColumnState(String name, @Nullable TypeName type, @Nullable Boolean notNull,
            @Nullable Expression defaultValue, boolean numbered, boolean made) {}

    /** @param valid whether existing rows are known to meet it */
    public record ConstraintState(String name, Constraint definition, boolean valid, boolean made) {}

    /** @param valid false where a concurrent build failed; null where that is not known */
    public record Index(QualifiedName name, QualifiedName table, List<String> columns, boolean unique,
            @Nullable Boolean valid, @Nullable String where, boolean made) {}

    /** A domain or an enum. */
    public sealed interface Type {
        QualifiedName name();

        boolean made();
    }

    public record Domain(QualifiedName name, TypeName base, boolean notNull, List<Constraint> checks,
            boolean made) implements Type {}

    /** @param fresh values added in the transaction that is still open; they cannot be used in it */
    public record EnumType(QualifiedName name, List<String> values, Set<String> fresh, boolean made) implements Type {}

    public Optional<Relation> relation(QualifiedName name) {
        return Optional.ofNullable(relations.get(name.resolved()));
    }

    public Collection<Relation> relations() {
        return relations.values();
    }

    public Optional<Index> index(QualifiedName name) {
        return Optional.ofNullable(indexes.get(name.resolved()));
    }

    public List<Index> indexesOf(QualifiedName table) {
        return indexes.values().stream().filter(index -> index.table().same(table)).toList();
    }

    public Optional<Type> type(QualifiedName name) {
        return Optional.ofNullable(types.get(name.resolved()));
    }

    /** The volatility of a function that statements made or the catalog has; built-in ones are not here. */
    public Optional<Action.Volatility> volatility(QualifiedName function) {
        return Optional.ofNullable(functions.get(function.resolved()));
    }

    /** The value of a session setting that a statement set, or null. */
    public @Nullable String setting(String name) {
        return settings.get(name);
    }

    /** Whether statements made the relation since {@link #forgetMade} and nobody put rows into it: nobody else uses it. */
    public boolean fresh(QualifiedName relation) {
        return relation(relation).filter(each -> each.made() && !each.filled()).isPresent();
    }

    /** Whatever stands now counts as having been there before: a new file begins, or an application came in between. */
    public void forgetMade() {
        relations.replaceAll((name, each) -> new Relation(each.name(), each.kind(), each.temporary(), each.known(),
                each.columns(), each.gone(), each.constraints(), each.parent(), each.reads(), false, each.filled(),
                each.rows(), each.bytes()));
    }

    /** A model that goes its own way from here. */
    public Schema copy() {
        Schema copy = new Schema(complete);
        copy.relations.putAll(relations);
        copy.indexes.putAll(indexes);
        copy.types.putAll(types);
        copy.functions.putAll(functions);
        copy.settings.putAll(settings);
        return copy;
    }
}
