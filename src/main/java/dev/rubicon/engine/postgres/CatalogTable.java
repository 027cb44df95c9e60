package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema.ColumnName;
import dev.rubicon.engine.facts.Schema.ColumnState;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.engine.facts.Schema.Details;
import dev.rubicon.engine.facts.Schema.Index;
import dev.rubicon.engine.facts.Schema.Relation;
import dev.rubicon.engine.postgres.CatalogRows.ColumnRow;
import dev.rubicon.engine.postgres.CatalogRows.ConstraintRow;
import dev.rubicon.engine.postgres.CatalogRows.IndexRow;
import dev.rubicon.engine.postgres.CatalogRows.RelationRow;
import dev.rubicon.engine.postgres.CatalogRows.SequenceRow;
import dev.rubicon.engine.postgres.CatalogRows.TriggerRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One relation of a catalog while its parts are gathered. */
final class CatalogTable {

    private final RelationRow row;
    private final Map<Long, QualifiedName> names;
    private final CatalogExpressions expressions;
    private final Map<Integer, String> numbers = new HashMap<>();
    private final Map<String, ColumnState> columns = new LinkedHashMap<>();
    private final Map<String, ConstraintState> constraints = new LinkedHashMap<>();
    private final Map<QualifiedName, Set<String>> uses = new LinkedHashMap<>();
    private final Map<String, QualifiedName> triggers = new LinkedHashMap<>();
    private final Map<String, String> traits = new LinkedHashMap<>();
    private @Nullable ColumnName owner;

    CatalogTable(RelationRow row, Map<Long, QualifiedName> names, CatalogExpressions expressions) {
        this.row = row;
        this.names = names;
        this.expressions = expressions;
    }

    void add(ColumnRow column) {
        Expression value = expressions.ofNullable(column.defaultText());
        Column.Generated generated = column.generated().isEmpty() || value == null
                ? null
                : new Column.Generated(column.generated().equals("s"), value);
        numbers.put(column.number(), column.column());
        columns.put(column.column(),
                new ColumnState(column.column(),
                        CatalogTypes.type(column.typeSchema(), column.type(), column.array(), column.typeText()),
                        column.notNull(), generated == null ? value : null, !column.identity().isEmpty(), generated,
                        false));
    }

    /** A column of a sequence that goes with it counts as numbered, if it takes its values from there. */
    void number(SequenceRow sequence) {
        ColumnState column = columns.get(numbers.get(sequence.column()));
        if (column != null && column.defaultValue() != null && column.defaultValue().sql().startsWith("nextval(")) {
            columns.put(column.name(), new ColumnState(column.name(), column.type(), column.notNull(), null, true,
                    null, false));
        }
    }

    void ownedBy(CatalogTable table, int column) {
        owner = new ColumnName(table.row.name(), table.name(column));
    }

    private String name(int column) {
        return Objects.toString(numbers.get(column), "");
    }

    private List<String> named(List<Integer> columnNumbers) {
        return columnNumbers.stream().map(this::name).toList();
    }

    /** A NOT NULL that holds is told by its column. */
    void add(ConstraintRow constraint, Map<Long, CatalogTable> tables) {
        Constraint.Kind kind = CatalogLetters.constraint(constraint.kind());
        List<String> on = named(constraint.columns());
        if (kind == Constraint.Kind.NOT_NULL && !constraint.valid()) {
            on.forEach(each -> columns.computeIfPresent(each, (name, column) -> new ColumnState(name, column.type(),
                    null, column.defaultValue(), column.numbered(), column.generated(), false)));
        }
        Expression check = kind == Constraint.Kind.CHECK
                ? expressions.of(CatalogExpressions.check(constraint))
                : null;
        CatalogTable referenced = tables.get(constraint.references());
        Constraint definition = new Constraint(constraint.name(), kind, on, check,
                referenced == null ? null : referenced.row.name(),
                referenced == null ? List.of() : referenced.named(constraint.referenced()), !constraint.valid(),
                constraint.enforced(), null, constraint.deferrable(),
                constraint.text().contains("NULLS NOT DISTINCT"), CatalogTypes.named(constraint));
        constraints.put(constraint.name(), new ConstraintState(constraint.name(), definition,
                constraint.valid() && constraint.enforced(), false));
    }

    void reads(CatalogTable relation, int column) {
        Set<String> used = uses.computeIfAbsent(relation.row.name(), name -> new LinkedHashSet<>());
        if (column > 0) {
            used.add(relation.name(column));
        }
    }

    void add(TriggerRow trigger) {
        triggers.put(trigger.trigger(), trigger.function());
        if (!trigger.enabled()) {
            traits.put("trigger " + trigger.trigger(), "disabled");
        }
    }

    Index index(IndexRow index) {
        List<String> all = new ArrayList<>();
        for (int i = 0; i < index.columns().size(); i++) {
            int column = index.columns().get(i);
            all.add(column == 0 ? index.texts().get(i) : name(column));
        }
        String definition = index.definition();
        int where = definition.indexOf(" WHERE ");
        return new Index(index.name(), row.name(), List.copyOf(all.subList(0, index.keys())),
                List.copyOf(all.subList(index.keys(), all.size())), index.unique(), index.valid(),
                where < 0 ? null : definition.substring(where + " WHERE ".length()), index.method(), index.parent(),
                index.behind(), definition, false);
    }

    Relation relation(@Nullable String definition) {
        QualifiedName parent = names.get(row.parent());
        traits.put("owner", row.owner());
        traits.put("tablespace", row.tablespace());
        traits.put("persistence", row.persistence().equals("u") ? "unlogged" : "logged");
        traits.put("row level security", row.rowSecurity() ? "enabled" : "disabled");
        if (row.method() != null) {
            traits.put("access method", row.method());
        }
        Set<QualifiedName> reads = new HashSet<>(uses.keySet());
        return new Relation(row.name(), CatalogLetters.relation(row.kind()), row.persistence().equals("t"), true,
                columns, Set.of(), constraints,
                row.partition() ? parent : null, List.copyOf(reads), false, true, row.rows(), row.bytes(),
                new Details(Set.of(), Set.of(), parent == null || row.partition() ? List.of() : List.of(parent), uses,
                        triggers,
                        traits, owner, definition));
    }
}
