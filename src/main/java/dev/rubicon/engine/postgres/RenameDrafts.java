package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;

/** The way back from other names, schemas and owners. */
final class RenameDrafts {

    private RenameDrafts() {}

    static Undo rename(Action.Rename rename, Schema schema) {
        String to = Identifiers.quote(rename.to());
        String member = Identifiers.quote(String.valueOf(rename.member()));
        String object = rename.object().sql();
        String why = "Gives back the name that was";
        return switch (rename.kind()) {
            case COLUMN -> Undo.by(why, Wordings.alter(rename.object(), "RENAME COLUMN " + to + " TO " + member));
            case CONSTRAINT -> Undo.by(why, "ALTER " + (schema.type(rename.object()).isPresent() ? "DOMAIN " : "TABLE ")
                    + object + " RENAME CONSTRAINT " + to + " TO " + member);
            case TRIGGER, POLICY, RULE -> Undo.by(why,
                    "ALTER %s %s ON %s RENAME TO %s".formatted(rename.kind().word(), to, object, member));
            case ENUM_VALUE -> Undo.by(why, "ALTER TYPE %s RENAME VALUE %s TO %s".formatted(object,
                    Identifiers.literal(rename.to()), Identifiers.literal(String.valueOf(rename.member()))));
            case TABLE, INDEX, VIEW, MATERIALIZED_VIEW, SEQUENCE, TYPE, DOMAIN, FOREIGN_TABLE, SCHEMA, DATABASE, ROLE ->
                back(rename, why, rename.kind().word());
            case FUNCTION -> back(rename, why, "ROUTINE");
            case EXTENSION, OTHER -> Undo.unknown("What kind of object gets another name is not known here");
        };
    }

    private static Undo back(Action.Rename rename, String why, String kind) {
        return Undo.by(why, "ALTER %s %s RENAME TO %s".formatted(kind, rename.object().sibling(rename.to()).sql(),
                Identifiers.quote(rename.object().name())));
    }

    private static String word(ObjectKind kind) {
        return kind == ObjectKind.FUNCTION ? "ROUTINE" : kind.word();
    }

    static Undo move(Action.SetSchema move) {
        if (move.kind() == ObjectKind.OTHER) {
            return Undo.unknown("What kind of object gets another schema is not known here");
        }
        QualifiedName moved = new QualifiedName(move.schema(), move.object().name());
        String before = move.object().schema();
        return Undo.by("Moves it back", "ALTER %s %s SET SCHEMA %s".formatted(word(move.kind()), moved.sql(),
                Identifiers.quote(before == null ? "public" : before)));
    }

    static Undo owner(Action.SetOwner set, Schema schema) {
        String before = schema.relation(set.object()).map(each -> each.details().traits().get("owner")).orElse(null);
        return before == null
                ? Undo.unknown("The owner that " + set.object() + " had before is not known here")
                : Undo.by("Gives it back to its owner", "ALTER %s %s OWNER TO %s".formatted(word(set.kind()),
                        set.object().sql(), Identifiers.quote(before)));
    }
}
