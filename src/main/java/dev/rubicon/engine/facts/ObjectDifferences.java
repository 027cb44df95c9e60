package dev.rubicon.engine.facts;

import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.Schema.Named;
import java.util.List;
import java.util.Locale;

/** Compares what the model knows by name only: schemas, extensions, policies and their like. */
final class ObjectDifferences {

    private final Schema wanted;
    private final Schema after;
    private final Schema found;
    private final List<Difference> differences;

    ObjectDifferences(Schema wanted, Schema after, Schema found, List<Difference> differences) {
        this.wanted = wanted;
        this.after = after;
        this.found = found;
        this.differences = differences;
    }

    void add() {
        found.objects().stream().filter(ObjectDifferences::alone).forEach(this::compare);
    }

    /** Objects of which the model keeps more are compared there. */
    private static boolean alone(Named named) {
        return switch (named.kind()) {
            case POLICY, RULE, SCHEMA, DATABASE, EXTENSION, ROLE, OTHER -> true;
            case TABLE, VIEW, MATERIALIZED_VIEW, SEQUENCE, FOREIGN_TABLE, INDEX, TYPE, DOMAIN, FUNCTION, COLUMN,
                    CONSTRAINT, ENUM_VALUE, TRIGGER ->
                false;
        };
    }

    private void compare(Named have) {
        SchemaDifferences.Presence before = presence(wanted, have);
        Difference.Kind kind = SchemaDifferences.Presence.between(before, presence(after, have),
                presence(found, have), after != wanted);
        if (kind != null) {
            String what = have.kind() == ObjectKind.OTHER ? "object" : have.kind().word().toLowerCase(Locale.ROOT);
            String on = have.on() == null ? "" : " on " + have.on();
            differences.add(new Difference(kind, have.kind(), have.name(), null, what + " " + have.name() + on
                    + (kind == Difference.Kind.GONE ? " is gone" : " is still there")));
        }
    }

    private static SchemaDifferences.Presence presence(Schema schema, Named like) {
        return schema.objects().stream()
                .filter(each -> each.kind() == like.kind() && each.name().equals(like.name())
                        && java.util.Objects.equals(each.on(), like.on()))
                .map(each -> each.exists() ? SchemaDifferences.Presence.MADE : SchemaDifferences.Presence.GONE)
                .findFirst().orElse(SchemaDifferences.Presence.UNKNOWN);
    }
}
