package dev.rubicon.engine.facts;

import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.Schema.ColumnState;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.engine.facts.Schema.Relation;
import dev.rubicon.engine.facts.SchemaDifferences.Presence;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Compares one relation with what it should be. */
final class RelationDifferences {

    private static final String TRIGGER = "trigger ";

    private final @Nullable Relation want;
    private final @Nullable Relation after;
    private final Relation have;
    private final boolean undoing;
    private final List<Difference> differences;

    RelationDifferences(@Nullable Relation want, @Nullable Relation after, Relation have, boolean undoing,
            List<Difference> differences) {
        this.want = want;
        this.after = after;
        this.have = have;
        this.undoing = undoing;
        this.differences = differences;
    }

    void add() {
        if (want != null && !want.kind().word().equals(have.kind().word())) {
            changed(ObjectKind.TABLE, null, "%s is a %s, it was a %s".formatted(have.name(), have.kind().word(),
                    want.kind().word()));
            return;
        }
        names(each -> each.columns().keySet(), Relation::gone).forEach(this::column);
        names(each -> each.constraints().keySet(), RelationDifferences::lostConstraints).forEach(this::constraint);
        names(each -> each.details().triggers().keySet(), RelationDifferences::lostTriggers).forEach(this::trigger);
        names(each -> each.details().traits().keySet(), each -> Set.of()).forEach(this::trait);
        property(want, after, have, RelationDifferences::parent, "", (was, is) -> changed(ObjectKind.TABLE, null,
                is.isEmpty()
                        ? "table %s is no partition of %s any more".formatted(have.name(), was)
                        : "table %s is %sa partition of %s".formatted(have.name(), was == null ? "still " : "", is)));
        if (want != null && !want.isTable() && !new HashSet<>(want.reads()).equals(new HashSet<>(have.reads()))) {
            changed(ObjectKind.VIEW, null, "view " + have.name() + " reads other tables");
        }
    }

    /** Empty for none; null where it is not known. */
    private static @Nullable String parent(Relation relation) {
        QualifiedName parent = relation.parent();
        return parent != null ? parent.sql() : relation.known() ? "" : null;
    }

    private Set<String> names(Function<Relation, Set<String>> here, Function<Relation, Set<String>> gone) {
        Set<String> names = new LinkedHashSet<>();
        for (Relation each : new Relation[]{want, after, have}) {
            if (each != null) {
                names.addAll(here.apply(each));
                names.addAll(gone.apply(each));
            }
        }
        return names;
    }

    private static Set<String> lostConstraints(Relation relation) {
        return relation.details().lost().stream().filter(each -> !each.startsWith(TRIGGER))
                .collect(Collectors.toSet());
    }

    private static Set<String> lostTriggers(Relation relation) {
        return relation.details().lost().stream().filter(each -> each.startsWith(TRIGGER))
                .map(each -> each.substring(TRIGGER.length())).collect(Collectors.toSet());
    }

    private Difference.@Nullable Kind kind(Function<@Nullable Relation, Presence> presence) {
        return Presence.between(presence.apply(want), presence.apply(after), presence.apply(have), undoing);
    }

    private static Presence absent(@Nullable Relation relation, boolean gone) {
        return relation != null && (relation.known() || gone) ? Presence.GONE : Presence.UNKNOWN;
    }

    private void existence(Difference.Kind kind, ObjectKind object, String member, String subject) {
        String verb = kind == Difference.Kind.GONE ? " is gone" : undoing ? " is still there" : " is there";
        differences.add(new Difference(kind, object, have.name(), member, subject + verb));
    }

    private void changed(ObjectKind object, @Nullable String member, String text) {
        differences.add(new Difference(Difference.Kind.CHANGED, object, have.name(), member, text));
    }

    /**
     * Compares one property.
     *
     * @param of the property; null where it is not known
     * @param none the value of a column that lacks it, which is also that of one of which nobody said so; or null
     * @param tell is given the value that it was, null where nobody knows, and the one that it has
     */
    private <T, V> void property(@Nullable T before, @Nullable T left, T now, Function<T, @Nullable V> of,
            @Nullable V none, BiConsumer<@Nullable V, V> tell) {
        V wanted = before == null ? null : of.apply(before);
        V found = of.apply(now);
        if (found == null || wanted == null && found.equals(none)) {
            return;
        }
        if (wanted != null ? !wanted.equals(found) : undoing && left != null && found.equals(of.apply(left))) {
            tell.accept(wanted, found);
        }
    }

    // --- columns -----------------------------------------------------------------------------------------------------

    private void column(String name) {
        Difference.Kind kind = kind(relation -> presence(relation, name));
        if (kind != null) {
            existence(kind, ObjectKind.COLUMN, name, words(name));
            return;
        }
        ColumnState now = have.columns().get(name);
        ColumnState before = want == null ? null : want.columns().get(name);
        ColumnState left = after == null ? null : after.columns().get(name);
        if (now != null && now != before && (before != null || left != null && !left.made())) {
            compare(before, left, now);
        }
    }

    private static Presence presence(@Nullable Relation relation, String column) {
        ColumnState state = relation == null ? null : relation.columns().get(column);
        if (state == null) {
            return absent(relation, relation != null && relation.gone().contains(column));
        }
        boolean made = state.made()
                || relation != null && (relation.known() || relation.details().given().contains("column " + column));
        return made ? Presence.MADE : Presence.HEARD_OF;
    }

    private String words(String column) {
        return "column " + have.name().sql().replaceFirst("^public\\.", "") + "." + Identifiers.quote(column);
    }

    private void compare(@Nullable ColumnState before, @Nullable ColumnState left, ColumnState now) {
        String subject = words(now.name());
        property(before, left, now, each -> SqlText.type(each.type()), null,
                (was, is) -> changed(ObjectKind.COLUMN, now.name(), was == null
                        ? subject + " is still " + is
                        : "%s is %s, it was %s".formatted(subject, is, was)));
        property(before, left, now, ColumnState::notNull, null,
                (was, is) -> changed(ObjectKind.COLUMN, now.name(), subject + flag(was, is, "NOT NULL")));
        property(before, left, now, RelationDifferences::defaultOf, "",
                (was, is) -> changed(ObjectKind.COLUMN, now.name(), subject + (is.isEmpty()
                        ? " has no default" + (was == null ? "" : ", it had one")
                        : " has " + (was == null ? "still " : "") + "the default " + sql(now.defaultValue())
                                + (was == null ? "" : was.isEmpty() ? ", it had none" : ", it was " + sql(before)))));
        property(before, left, now, each -> each.type() == null ? null : each.numbered(), false,
                (was, is) -> changed(ObjectKind.COLUMN, now.name(), subject + flag(was, is, "numbered by a sequence")));
        property(before, left, now, RelationDifferences::generated, "",
                (was, is) -> changed(ObjectKind.COLUMN, now.name(), subject + " is computed in another way"));
    }

    private static String flag(@Nullable Boolean was, boolean is, String what) {
        return was == null
                ? (is ? " is still " : " is no longer ") + what
                : is ? " is " + what + ", it was not" : " is not " + what + ", it was";
    }

    /** Empty for none; null where it is not known. */
    private static @Nullable String defaultOf(ColumnState column) {
        Expression value = column.defaultValue();
        return value != null ? SqlText.plain(value.sql()) : column.type() == null ? null : "";
    }

    private static @Nullable String generated(ColumnState column) {
        Column.Generated generated = column.generated();
        return generated != null ? SqlText.plain(generated.value().sql()) : column.type() == null ? null : "";
    }

    private static String sql(@Nullable Expression expression) {
        return expression == null ? "NULL" : expression.sql();
    }

    private static String sql(@Nullable ColumnState column) {
        return column == null ? "unknown" : sql(column.defaultValue());
    }

    // --- constraints, triggers and the rest --------------------------------------------------------------------------

    private void constraint(String name) {
        ConstraintState now = have.constraints().get(name);
        ConstraintState before = want == null ? null : want.constraints().get(name);
        if (now != null && now == before
                || (now != null || before != null) && columnTells(now) && columnTells(before)) {
            return;
        }
        Difference.Kind kind = kind(relation -> constraintPresence(relation, name));
        if (kind != null) {
            existence(kind, ObjectKind.CONSTRAINT, name, words(before == null ? now : before, name));
        } else if (now != null && before != null) {
            compare(before, now);
        }
    }

    /** A valid NOT NULL shows in the column. */
    private static boolean columnTells(@Nullable ConstraintState constraint) {
        return constraint == null
                || constraint.valid() && constraint.definition().kind() == Constraint.Kind.NOT_NULL;
    }

    private static Presence constraintPresence(@Nullable Relation relation, String name) {
        ConstraintState state = relation == null ? null : relation.constraints().get(name);
        boolean given = relation != null && relation.details().given().contains("constraint " + name);
        return state != null || given
                ? Presence.MADE
                : absent(relation, relation != null && relation.details().lost().contains(name));
    }

    private String words(@Nullable ConstraintState constraint, String name) {
        String what = constraint == null ? "constraint" : switch (constraint.definition().kind()) {
            case FOREIGN_KEY -> "foreign key";
            case PRIMARY_KEY -> "primary key";
            case UNIQUE, CHECK, EXCLUDE, NOT_NULL -> "constraint";
        };
        return what + " " + Identifiers.quote(name) + " of " + have.name().sql().replaceFirst("^public\\.", "");
    }

    private void compare(ConstraintState before, ConstraintState now) {
        String subject = words(now, now.name());
        Constraint was = before.definition();
        Constraint is = now.definition();
        if (before.valid() != now.valid()) {
            changed(ObjectKind.CONSTRAINT, now.name(),
                    subject + (now.valid() ? " is valid, it was not" : " is not valid, it was"));
        }
        if (was.kind() != is.kind()) {
            changed(ObjectKind.CONSTRAINT, now.name(), "%s is a %s, it was a %s".formatted(subject, is.kind().word(),
                    was.kind().word()));
        } else if (is.kind() != Constraint.Kind.CHECK && !was.columns().equals(is.columns())
                || !Objects.equals(was.references(), is.references()) || was.deferrable() != is.deferrable()
                || !SqlText.alike(was.check(), is.check())) {
            changed(ObjectKind.CONSTRAINT, now.name(), subject + " says something else");
        }
    }

    private void trigger(String name) {
        Difference.Kind kind = kind(relation -> relation == null
                ? Presence.UNKNOWN
                : relation.details().triggers().containsKey(name)
                        ? Presence.MADE
                        : absent(relation, relation.details().lost().contains(TRIGGER + name)));
        if (kind != null) {
            existence(kind, ObjectKind.TRIGGER, name, "trigger " + Identifiers.quote(name) + " on " + have.name());
        }
    }

    private void trait(String name) {
        property(want, after, have, each -> each.details().traits().get(name), null,
                (was, is) -> changed(ObjectKind.TABLE, null, "%s of %s is %s%s".formatted(name, have.name(),
                        was == null ? "still " : "", was == null ? is : is + ", it was " + was)));
    }
}
