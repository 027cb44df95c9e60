package dev.rubicon.engine.facts;

import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.Schema.Domain;
import dev.rubicon.engine.facts.Schema.EnumType;
import dev.rubicon.engine.facts.Schema.Index;
import dev.rubicon.engine.facts.Schema.OtherType;
import dev.rubicon.engine.facts.Schema.Relation;
import dev.rubicon.engine.facts.Schema.Routine;
import dev.rubicon.engine.facts.Schema.Type;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares a schema with what it should be. In an open world much is unknown: what nobody knew before counts as it should
 * be, unless statements changed it and it is still as they left it.
 */
final class SchemaDifferences {

    private final Schema wanted;
    private final Schema after;
    private final Schema found;
    private final List<Difference> differences = new ArrayList<>();

    /** @param after as the statements left it that should be undone; {@code wanted} itself for a plain comparison */
    SchemaDifferences(Schema wanted, Schema after, Schema found) {
        this.wanted = wanted;
        this.after = after;
        this.found = found;
    }

    /** What is known of the existence of something. */
    enum Presence {
        /** A statement made it, or a catalog has it. */
        MADE,
        /** Statements spoke of it as of something that is there. */
        HEARD_OF, GONE, UNKNOWN;

        boolean here() {
            return this == MADE || this == HEARD_OF;
        }

        /** What is here although it should not be is LEFT, the opposite GONE, and null is as it should be. */
        static Difference.@Nullable Kind between(Presence wanted, Presence after, Presence found, boolean undoing) {
            if (wanted != UNKNOWN) {
                boolean same = found == UNKNOWN || wanted.here() == found.here();
                return same ? null : wanted.here() ? Difference.Kind.GONE : Difference.Kind.LEFT;
            }
            if (!undoing || found == UNKNOWN) {
                return null;
            }
            if (found == GONE) {
                return after == MADE ? null : Difference.Kind.GONE;
            }
            return found == MADE && after == MADE ? Difference.Kind.LEFT : null;
        }
    }

    List<Difference> all() {
        each(Schema::relations, Relation::name, ObjectKind.TABLE).forEach(this::relation);
        each(Schema::indexes, Index::name, ObjectKind.INDEX).forEach(this::index);
        each(Schema::types, Type::name, ObjectKind.TYPE).forEach(this::type);
        each(Schema::functions, Routine::name, ObjectKind.FUNCTION).forEach(this::function);
        if (!wanted.isComplete() && !found.isComplete()) {
            new ObjectDifferences(wanted, after, found, differences).add();
        }
        return differences;
    }

    /** All names of a kind in any of the schemas, those known to be gone among them. */
    private <T> Set<QualifiedName> each(Function<Schema, ? extends java.util.Collection<T>> those,
            Function<T, QualifiedName> name, ObjectKind kind) {
        Set<QualifiedName> names = new TreeSet<>(
                Comparator.comparing(QualifiedName::name).thenComparing(each -> String.valueOf(each.schema())));
        for (Schema schema : List.of(wanted, after, found)) {
            those.apply(schema).forEach(each -> names.add(name.apply(each)));
            schema.objects().stream().filter(each -> sameSpace(each.kind(), kind))
                    .forEach(each -> names.add(each.name()));
        }
        return names;
    }

    private static boolean sameSpace(ObjectKind named, ObjectKind kind) {
        return switch (named) {
            case TABLE, VIEW, MATERIALIZED_VIEW, SEQUENCE, FOREIGN_TABLE -> kind == ObjectKind.TABLE;
            case TYPE, DOMAIN -> kind == ObjectKind.TYPE;
            case INDEX, FUNCTION, COLUMN, CONSTRAINT, ENUM_VALUE, TRIGGER, POLICY, RULE, SCHEMA, DATABASE, EXTENSION,
                    ROLE, OTHER ->
                named == kind;
        };
    }

    private boolean undoing() {
        return after != wanted;
    }

    private Difference.@Nullable Kind kind(Function<Schema, Presence> presence) {
        return Presence.between(presence.apply(wanted), presence.apply(after), presence.apply(found), undoing());
    }

    // --- relations ---------------------------------------------------------------------------------------------------

    private void relation(QualifiedName name) {
        Relation want = wanted.relation(name).orElse(null);
        Relation have = found.relation(name).orElse(null);
        if (want != null && want == have || owned(want) || owned(have)) {
            return;
        }
        Difference.Kind kind = kind(schema -> presence(schema, name));
        if (kind != null) {
            Relation there = have != null ? have : want != null ? want : after.relation(name).orElse(null);
            String word = there == null ? gone(name) : there.kind().word();
            existence(kind, ObjectKind.TABLE, name, null, word + " " + name);
        } else if (have != null) {
            new RelationDifferences(want, after.relation(name).orElse(null), have, undoing(), differences).add();
        }
    }

    /** The word that the statement had for what is gone. */
    private String gone(QualifiedName name) {
        return Stream.of(found, after)
                .flatMap(schema -> schema.objects().stream()).filter(each -> each.name().equals(name))
                .map(each -> each.kind().word().toLowerCase(java.util.Locale.ROOT)).findFirst().orElse("table");
    }

    /** A sequence of a column comes and goes with it. */
    private static boolean owned(@Nullable Relation relation) {
        return relation != null && relation.details().ownedBy() != null;
    }

    private static Presence presence(Schema schema, QualifiedName name) {
        Relation relation = schema.relation(name).orElse(null);
        if (relation != null) {
            boolean made = relation.known() || relation.made() || !relation.isTable()
                    || relation.details().given().contains("table");
            return made ? Presence.MADE : Presence.HEARD_OF;
        }
        return absent(schema, ObjectKind.TABLE, name);
    }

    private static Presence absent(Schema schema, ObjectKind kind, QualifiedName name) {
        return schema.isComplete() || schema.gone(kind, name)
                ? Presence.GONE
                : schema.noted(kind, name) ? Presence.MADE : Presence.UNKNOWN;
    }

    private void existence(Difference.Kind kind, ObjectKind object, QualifiedName name, @Nullable String member,
            String subject) {
        String verb = kind == Difference.Kind.GONE ? " is gone" : undoing() ? " is still there" : " is there";
        differences.add(new Difference(kind, object, name, member, subject + verb));
    }

    // --- indexes -----------------------------------------------------------------------------------------------------

    private void index(QualifiedName name) {
        Index want = wanted.index(name).orElse(null);
        Index have = found.index(name).orElse(null);
        Index left = after.index(name).orElse(null);
        if (want != null && want == have || behind(want) || behind(have)
                || want == null && have == null && behind(left)) {
            return;
        }
        Difference.Kind kind = kind(schema -> presence(schema, name, have, want, left));
        if (kind != null) {
            existence(kind, ObjectKind.INDEX, name, null, "index " + name);
        } else if (want != null && have != null) {
            compare(want, have);
        }
    }

    /** An index of a constraint comes and goes with it. */
    private static boolean behind(@Nullable Index index) {
        return index != null && index.behind();
    }

    private static Presence presence(Schema schema, QualifiedName name, @Nullable Index... elsewhere) {
        if (schema.index(name).isPresent()) {
            return Presence.MADE;
        }
        boolean known = Stream.of(elsewhere).filter(Objects::nonNull).findFirst()
                .flatMap(index -> schema.relation(index.table())).filter(Relation::known).isPresent();
        return known ? Presence.GONE : absent(schema, ObjectKind.INDEX, name);
    }

    private void compare(Index want, Index have) {
        String subject = "index " + want.name();
        if (Boolean.FALSE.equals(have.valid()) && !Boolean.FALSE.equals(want.valid())) {
            changed(ObjectKind.INDEX, want.name(), subject + " is not valid");
        }
        if (!want.table().equals(have.table())) {
            changed(ObjectKind.INDEX, want.name(),
                    "%s is on %s, it was on %s".formatted(subject, have.table(), want.table()));
        } else if (!texts(want.columns()).equals(texts(have.columns()))
                || !new HashSet<>(want.include()).equals(new HashSet<>(have.include()))) {
            changed(ObjectKind.INDEX, want.name(), "%s has the columns %s, it had %s".formatted(subject,
                    String.join(", ", have.columns()), String.join(", ", want.columns())));
        } else if (want.unique() != have.unique()) {
            changed(ObjectKind.INDEX, want.name(),
                    subject + (have.unique() ? " is unique, it was not" : " is not unique, it was"));
        } else if (!SqlText.same(want.where(), have.where())) {
            changed(ObjectKind.INDEX, want.name(), subject + " has another condition");
        }
    }

    private static List<String> texts(List<String> keys) {
        return keys.stream().map(SqlText::plain).toList();
    }

    private void changed(ObjectKind object, QualifiedName name, String text) {
        differences.add(new Difference(Difference.Kind.CHANGED, object, name, null, text));
    }

    // --- types and functions -----------------------------------------------------------------------------------------

    private void type(QualifiedName name) {
        Type want = wanted.type(name).orElse(null);
        Type have = found.type(name).orElse(null);
        if (want != null && want == have) {
            return;
        }
        Difference.Kind kind = kind(schema -> schema.type(name)
                .map(each -> each.made() || !(each instanceof EnumType) ? Presence.MADE : Presence.HEARD_OF)
                .orElseGet(() -> absent(schema, ObjectKind.TYPE, name)));
        if (kind != null) {
            existence(kind, ObjectKind.TYPE, name, null, "type " + name);
        } else if (have != null) {
            compare(want, have);
        }
    }

    private void compare(@Nullable Type want, Type have) {
        switch (have) {
            case EnumType values -> compare(want instanceof EnumType before ? before.values() : List.of(), values);
            case Domain domain -> {
                if (want instanceof Domain before && before.notNull() != domain.notNull()) {
                    changed(ObjectKind.DOMAIN, domain.name(), "domain " + domain.name()
                            + (domain.notNull() ? " is NOT NULL, it was not" : " is not NOT NULL, it was"));
                }
                if (want instanceof Domain before && before.checks().size() != domain.checks().size()) {
                    changed(ObjectKind.DOMAIN, domain.name(), "domain " + domain.name() + " has other checks");
                }
            }
            case OtherType other -> {}
        }
    }

    private void compare(List<String> before, EnumType have) {
        for (String value : have.values()) {
            if (!before.contains(value) && (undoing() || !before.isEmpty())) {
                existence(Difference.Kind.LEFT, ObjectKind.ENUM_VALUE, have.name(), value,
                        "value " + Identifiers.literal(value) + " of " + have.name());
            }
        }
        before.stream().filter(value -> !have.values().contains(value))
                .forEach(value -> existence(Difference.Kind.GONE, ObjectKind.ENUM_VALUE, have.name(), value,
                        "value " + Identifiers.literal(value) + " of " + have.name()));
    }

    private void function(QualifiedName name) {
        Difference.Kind kind = kind(schema -> schema.routine(name).map(each -> Presence.MADE)
                .orElseGet(() -> absent(schema, ObjectKind.FUNCTION, name)));
        if (kind != null) {
            existence(kind, ObjectKind.FUNCTION, name, null, "function " + name);
        }
    }
}
