package dev.rubicon.engine.facts;

import dev.rubicon.engine.facts.Schema.ColumnState;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.engine.facts.Schema.Details;
import dev.rubicon.engine.facts.Schema.Relation;
import dev.rubicon.engine.facts.Schema.RelationKind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A relation while it is being changed. */
final class Edit {

    QualifiedName name;
    RelationKind kind;
    boolean temporary;
    boolean known = true;
    final Map<String, ColumnState> columns = new LinkedHashMap<>();
    final Set<String> gone = new LinkedHashSet<>();
    final Map<String, ConstraintState> constraints = new LinkedHashMap<>();
    @Nullable
    QualifiedName parent;
    List<QualifiedName> reads = List.of();
    boolean made;
    boolean filled;
    @Nullable
    Long rows;
    @Nullable
    Long bytes;
    final Set<String> lost = new LinkedHashSet<>();
    final Set<String> given = new LinkedHashSet<>();
    List<QualifiedName> inherits = new ArrayList<>();
    Map<QualifiedName, Set<String>> uses = Map.of();
    final Map<String, QualifiedName> triggers = new LinkedHashMap<>();
    final Map<String, String> traits = new LinkedHashMap<>();
    Schema.@Nullable ColumnName ownedBy;
    @Nullable
    String definition;

    private Edit(QualifiedName name, RelationKind kind) {
        this.name = name;
        this.kind = kind;
    }

    /** One that a statement makes. */
    static Edit making(QualifiedName name, RelationKind kind) {
        Edit edit = new Edit(name, kind);
        edit.made = true;
        return edit;
    }

    /** One of which nothing is known but that a statement spoke of it. */
    static Edit heardOf(QualifiedName name) {
        Edit edit = new Edit(name, RelationKind.TABLE);
        edit.known = false;
        return edit;
    }

    static Edit of(Relation relation) {
        Edit edit = new Edit(relation.name(), relation.kind());
        edit.temporary = relation.temporary();
        edit.known = relation.known();
        edit.columns.putAll(relation.columns());
        edit.gone.addAll(relation.gone());
        edit.constraints.putAll(relation.constraints());
        edit.parent = relation.parent();
        edit.reads = relation.reads();
        edit.made = relation.made();
        edit.filled = relation.filled();
        edit.rows = relation.rows();
        edit.bytes = relation.bytes();
        Details details = relation.details();
        edit.lost.addAll(details.lost());
        edit.given.addAll(details.given());
        edit.inherits.addAll(details.inherits());
        edit.uses = details.uses();
        edit.triggers.putAll(details.triggers());
        edit.traits.putAll(details.traits());
        edit.ownedBy = details.ownedBy();
        edit.definition = details.definition();
        return edit;
    }

    Relation done() {
        return new Relation(name, kind, temporary, known, Collections.unmodifiableMap(columns),
                Collections.unmodifiableSet(gone), Collections.unmodifiableMap(constraints), parent, reads, made,
                filled, rows, bytes,
                new Details(Collections.unmodifiableSet(lost), Collections.unmodifiableSet(given),
                        Collections.unmodifiableList(inherits), uses,
                        Collections.unmodifiableMap(triggers), Collections.unmodifiableMap(traits), ownedBy,
                        definition));
    }

    /** Changes a column; one that an unknown table may have is heard of now, one that a known table lacks is not there. */
    void column(String column, UnaryOperator<ColumnState> change) {
        ColumnState state = columns.get(column);
        if (state == null && (known || gone.contains(column))) {
            return;
        }
        columns.put(column, change.apply(state == null ? ColumnState.heardOf(column) : state));
    }

    /** A column that is there from now on. */
    void put(ColumnState column) {
        gone.remove(column.name());
        columns.put(column.name(), column);
    }

    void put(ConstraintState constraint) {
        lost.remove(constraint.name());
        constraints.put(constraint.name(), constraint);
    }

    void dropColumn(String column) {
        columns.remove(column);
        if (!known) {
            gone.add(column);
        }
    }

    void dropConstraint(String constraint) {
        constraints.remove(constraint);
        if (!known) {
            lost.add(constraint);
        }
    }

    /** Whatever is here was there before. */
    void forgetMade() {
        made = false;
        columns.replaceAll((key, column) -> column.asBefore());
        constraints.replaceAll((key, constraint) -> constraint.asBefore());
    }

    /** Gives a member of a map another key and keeps the order. */
    static <V> void rekey(Map<String, V> map, String from, String to, UnaryOperator<V> change) {
        if (!map.containsKey(from)) {
            return;
        }
        Map<String, V> before = new LinkedHashMap<>(map);
        map.clear();
        before.forEach((key, value) -> map.put(key.equals(from) ? to : key,
                key.equals(from) ? change.apply(value) : value));
    }
}
