package dev.rubicon.engine.postgres;

import static dev.rubicon.engine.facts.LockMode.ACCESS_EXCLUSIVE;
import static dev.rubicon.engine.facts.LockMode.ROW_EXCLUSIVE;
import static dev.rubicon.engine.facts.LockMode.SHARE_ROW_EXCLUSIVE;
import static dev.rubicon.engine.facts.LockMode.SHARE_UPDATE_EXCLUSIVE;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.Lock;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.ColumnState;
import dev.rubicon.engine.facts.Schema.ForeignKey;
import dev.rubicon.engine.facts.Schema.Index;
import dev.rubicon.engine.facts.TypeName;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What changes of columns do. */
final class ColumnEffects {

    private static final Pattern NEXTVAL = Pattern.compile("nextval\\s*\\(\\s*'(?:(\\w+)\\.)?(\\w+)'",
            Pattern.CASE_INSENSITIVE);

    private final Effects effects;
    private final Schema schema;

    ColumnEffects(Effects effects) {
        this.effects = effects;
        this.schema = effects.schema();
    }

    // --- adding --------------------------------------------------------------------------------------------------------

    /** A default that is the same for all rows is kept in the catalog; any other is written into each row. */
    void add(Action.AddColumn add) {
        QualifiedName table = add.table();
        Column column = add.column();
        if (add.ifNotExists() && schema.column(table, column.name()).isPresent()) {
            effects.lock(table, ACCESS_EXCLUSIVE, "ALTER TABLE changes it, though the column is there already");
            return;
        }
        effects.lockFamily(table, ACCESS_EXCLUSIVE, "it gets column " + column.name());
        Column.Generated generated = column.generated();
        if (generated != null && !generated.stored()) {
            effects.needs(18);
        }
        Optional<String> each = writesEachRow(column);
        each.ifPresent(because -> {
            numbers(column);
            effects.rewrite(table, "each row gets its own value for " + column.name());
            effects.learned(because + ", so adding " + column.name() + " writes " + effects.shown(table) + " anew");
        });
        if (each.isEmpty() && demandsValue(column)) {
            effects.scanFamily(table);
        }
        column.constraints().forEach(constraint -> inline(table, column, constraint));
    }

    /** A sequence that the default names. */
    private void numbers(Column column) {
        Expression value = column.defaultValue();
        Matcher sequence = NEXTVAL.matcher(value == null ? "" : value.sql());
        while (sequence.find()) {
            String schema = sequence.group(1);
            effects.lock(new QualifiedName(schema, sequence.group(2)), Lock.Kind.SEQUENCE, ROW_EXCLUSIVE,
                    "each row takes its next number");
        }
    }

    private Optional<String> writesEachRow(Column column) {
        Column.Generated generated = column.generated();
        if (generated != null) {
            return generated.stored() ? Optional.of("a STORED value is computed for each row") : Optional.empty();
        }
        if (column.numbered()) {
            return Optional.of("each row takes the next number of the sequence");
        }
        TypeName type = column.type();
        if (type != null && TypeChange.constrained(type, schema)) {
            return Optional.of("the domain " + type.sql() + " has constraints");
        }
        Expression value = column.defaultValue();
        return value == null ? Optional.empty() : Volatilities.volatileCall(value, schema);
    }

    /** The server looks for rows, which would have no value. */
    private static boolean demandsValue(Column column) {
        return column.notNull() && fillsNothing(column);
    }

    private static boolean fillsNothing(Column column) {
        Expression value = column.defaultValue();
        return !column.numbered() && column.generated() == null
                && (value == null || value.sql().strip().toLowerCase(Locale.ROOT).matches("null(::.*)?"));
    }

    private void inline(QualifiedName table, Column column, Constraint constraint) {
        switch (constraint.kind()) {
            case CHECK -> {
                if (constraint.enforced()) {
                    effects.scanFamily(table);
                } else {
                    effects.needs(18);
                }
            }
            case PRIMARY_KEY, UNIQUE, EXCLUDE -> new ConstraintEffects(effects).index(table, constraint);
            case FOREIGN_KEY -> reference(table, column, constraint);
            case NOT_NULL -> {}
        }
    }

    /** Rows without a value cannot break a foreign key: without a default it is not even checked. */
    private void reference(QualifiedName table, Column column, Constraint constraint) {
        QualifiedName parent = new ConstraintEffects(effects).referenced(table, constraint);
        if (column.defaultValue() != null || column.numbered() || column.generated() != null) {
            effects.scanFamily(table);
            if (!fillsNothing(column)) {
                effects.scanFamily(parent);
            }
        }
    }

    // --- dropping ------------------------------------------------------------------------------------------------------

    void drop(Action.DropColumn drop) {
        QualifiedName table = drop.table();
        effects.lockFamily(table, ACCESS_EXCLUSIVE, "it loses column " + drop.column());
        if (drop.ifExists() && absent(table, drop.column())) {
            return;
        }
        indexesOn(table, drop.column()).forEach(index -> effects.lockIndex(index.name(), ACCESS_EXCLUSIVE,
                "it goes with the column"));
        effects.sequencesOf(table, drop.column()).forEach(sequence -> effects.lock(sequence, ACCESS_EXCLUSIVE,
                "it goes with the column"));
        new Severing(effects).columnKeys(table, drop.column());
        if (drop.cascade()) {
            schema.viewsOn(table, drop.column()).forEach(view -> new Severing(effects).view(view.name()));
        }
        if (effects.mayHoldRows(table)) {
            effects.destroys("column " + effects.shown(table) + "." + drop.column());
        }
    }

    private boolean absent(QualifiedName table, String column) {
        return schema.relation(table).filter(each -> each.gone().contains(column)
                || each.known() && !each.columns().containsKey(column)).isPresent();
    }

    /** Indexes of the table and its heirs that name the column in key, INCLUDE, expression or condition. */
    private List<Index> indexesOn(QualifiedName table, String column) {
        return Stream
                .concat(Stream.of(schema.resolve(table)), effects.heirs(table).stream())
                .flatMap(each -> schema.indexesOf(each).stream()).filter(index -> names(index, column)).toList();
    }

    private static boolean names(Index index, String column) {
        return index.columns().contains(column) || index.include().contains(column) || computesFrom(index, column);
    }

    /** Whether an expression or the condition reads it. */
    private static boolean computesFrom(Index index, String column) {
        String condition = index.where();
        return index.columns().stream().filter(key -> key.startsWith("(") || key.contains("("))
                .anyMatch(key -> mentions(key, column)) || condition != null && mentions(condition, column);
    }

    private static boolean mentions(String sql, String column) {
        return Pattern.compile("(?<![\\w$])" + Pattern.quote(column) + "(?![\\w$])")
                .matcher(sql).find();
    }

    // --- changing the type ---------------------------------------------------------------------------------------------

    void alterType(Action.AlterType alter) {
        QualifiedName table = alter.table();
        TypeName before = schema.column(table, alter.column()).map(ColumnState::type).orElse(null);
        TypeChange change = TypeChange.of(alter, before, schema);
        effects.lockFamily(table, ACCESS_EXCLUSIVE, "column " + alter.column() + " gets another type");
        if (before != null) {
            effects.learned(change.because() + (change.rewrite() ? ", so " : ", so no row of ")
                    + effects.shown(table) + " is written anew");
        }
        if (change.rewrite()) {
            effects.rewrite(table, "its rows are written anew");
        }
        effects.stored(table).forEach(each -> indexesAfter(each, alter.column(), change));
        effects.stored(table).forEach(each -> checksAfter(each, alter.column()));
        keysAfter(table, alter.column(), change);
        effects.sequencesOf(table, alter.column()).stream().filter(this::ofIdentity)
                .forEach(sequence -> effects.lock(sequence, SHARE_ROW_EXCLUSIVE, "it gets the column's type"));
        if (before != null && change.rewrite() && TypeLoss.loses(alter, before)) {
            effects.destroys("what " + alter.type().sql() + " cannot hold of " + effects.shown(table) + "."
                    + alter.column());
        }
    }

    private boolean ofIdentity(QualifiedName sequence) {
        return schema.relation(sequence).filter(each -> each.details().traits().containsKey("identity")).isPresent();
    }

    /**
     * Indexes on the column are made anew: over their old files where the order is the same and nothing is computed, but
     * never where they are parts of a partitioned table's index.
     */
    private void indexesAfter(QualifiedName table, String column, TypeChange change) {
        for (Index index : schema.indexesOf(table)) {
            if (!names(index, column)) {
                continue;
            }
            effects.lockIndex(index.name(), ACCESS_EXCLUSIVE, "it is on the column");
            boolean kept = change.sameOrder() && !computesFrom(index, column) && index.parent() == null;
            if (!change.rewrite() && !kept) {
                effects.renew(index.name());
                effects.scan(table);
            }
        }
    }

    /** A CHECK that names the column is checked again, whatever the type; one that was not valid stays so. */
    private void checksAfter(QualifiedName table, String column) {
        schema.relation(table).stream().flatMap(each -> each.constraints().values().stream())
                .filter(each -> each.valid() && each.definition().check() != null
                        && each.definition().columns().contains(column))
                .findFirst().ifPresent(check -> {
                    effects.scan(table);
                    effects.learned("CHECK " + check.name() + " names the column, so all rows of "
                            + effects.shown(table) + " are checked again");
                });
    }

    /** Foreign keys on the column, of both ends, are made anew, and checked where values compare differently now. */
    private void keysAfter(QualifiedName table, String column, TypeChange change) {
        for (ForeignKey key : schema.foreignKeysFrom(table)) {
            QualifiedName parent = key.constraint().definition().references();
            if (parent != null && key.constraint().definition().columns().contains(column)) {
                keyAfter(table, parent, parent, key, change);
            }
        }
        for (ForeignKey key : schema.foreignKeysTo(table)) {
            if (referencedColumns(key).contains(column)) {
                keyAfter(key.table(), table, key.table(), key, change);
            }
        }
    }

    private void keyAfter(QualifiedName child, QualifiedName parent, QualifiedName other, ForeignKey key,
            TypeChange change) {
        effects.lockFamily(other, ACCESS_EXCLUSIVE, "the foreign key " + key.constraint().name() + " is made anew");
        if (key.constraint().valid() && (change.rewrite() || !change.sameOrder())) {
            effects.scanFamily(child);
            effects.scanFamily(parent);
        }
    }

    private List<String> referencedColumns(ForeignKey key) {
        Constraint definition = key.constraint().definition();
        QualifiedName parent = definition.references();
        return !definition.referencedColumns().isEmpty() || parent == null
                ? definition.referencedColumns()
                : schema.primaryKey(parent).map(each -> each.definition().columns()).orElse(List.of());
    }

    // --- the rest ------------------------------------------------------------------------------------------------------

    /** Reads all rows, unless a valid CHECK that outlives the statement says the same. */
    void setNotNull(Action.SetNotNull set) {
        effects.lockFamily(set.table(), ACCESS_EXCLUSIVE, "column " + set.column() + " may not be null any more");
        effects.stored(set.table()).forEach(each -> new NotNullProof(effects).scanUnlessProved(each, set.column()));
    }

    void metadata(QualifiedName table, String column) {
        effects.lockFamily(table, ACCESS_EXCLUSIVE, "column " + column + " changes in the catalog alone");
    }

    void identity(Action.ChangeIdentity change) {
        metadata(change.table(), change.column());
        LockMode mode = change.drop() ? ACCESS_EXCLUSIVE : SHARE_ROW_EXCLUSIVE;
        effects.sequencesOf(change.table(), change.column())
                .forEach(sequence -> effects.lock(sequence, mode, "it numbers the column"));
    }

    /** SET EXPRESSION computes each row again; DROP EXPRESSION keeps what is there. */
    void expression(Action.ChangeExpression change) {
        metadata(change.table(), change.column());
        if (change.value() != null) {
            effects.needs(17);
            boolean virtual = schema.column(change.table(), change.column()).map(ColumnState::generated)
                    .filter(each -> !each.stored()).isPresent();
            if (!virtual) {
                effects.rewrite(change.table(), "each row is computed anew");
            }
        }
    }

    void setting(Action.ColumnSetting setting) {
        String words = setting.setting().toUpperCase(Locale.ROOT);
        String because = "a setting of column " + setting.column() + " changes";
        if (effects.index(setting.table())) {
            effects.lockIndex(setting.table(), SHARE_UPDATE_EXCLUSIVE, because);
        } else if (words.contains("STATISTICS")) {
            effects.lockFamily(setting.table(), SHARE_UPDATE_EXCLUSIVE, because);
        } else if (words.contains("STORAGE")) {
            effects.lockFamily(setting.table(), ACCESS_EXCLUSIVE, because);
        } else {
            effects.lock(setting.table(), words.contains("COMPRESSION") ? ACCESS_EXCLUSIVE : SHARE_UPDATE_EXCLUSIVE,
                    because);
        }
    }
}
