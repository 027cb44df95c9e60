package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.Relation;
import dev.rubicon.plan.DataLoss;

/** The way back from new objects. */
final class ObjectDrafts {

    private final Schema schema;

    ObjectDrafts(Schema schema) {
        this.schema = schema;
    }

    /** What IF NOT EXISTS leaves open. */
    static String perhapsBefore(String name) {
        return "Because of IF NOT EXISTS, " + name + " may have been there before; then this would drop what the "
                + "statement did not make. Look first";
    }

    static Undo dropping(String kind, String name) {
        return Undo.by("Drops what the statement makes", "DROP " + kind + " " + name);
    }

    Undo createTable(Action.CreateTable create) {
        QualifiedName table = create.table();
        if (create.ifNotExists() && schema.relation(table).isPresent()) {
            return Undo.nothing(table + " is there already, and the statement leaves it alone");
        }
        Undo undo = Undo.by("Drops the table that the statement makes", "DROP TABLE " + table.sql());
        if (create.persistence() != Action.Persistence.TEMPORARY) {
            undo = undo.losing(DataLoss.NEW_WRITES).counting(table, null)
                    .within("until something that is kept is written to " + table);
        }
        return create.ifNotExists() ? undo.adding(perhapsBefore(table.sql())) : undo;
    }

    Undo createView(Action.CreateView create) {
        String name = create.view().sql();
        Relation before = schema.relation(create.view()).orElse(null);
        if (create.orReplace() && (before != null || !schema.isComplete())) {
            return replaced(create, before);
        }
        if (create.ifNotExists() && before != null) {
            return Undo.nothing(name + " is there already, and the statement leaves it alone");
        }
        Undo undo = dropping(create.materialized() ? "MATERIALIZED VIEW" : "VIEW", name);
        return create.ifNotExists() ? undo.adding(perhapsBefore(name)) : undo;
    }

    private static Undo replaced(Action.CreateView create, @org.jspecify.annotations.Nullable Relation before) {
        String name = create.view().sql();
        String definition = before == null ? null : before.details().definition();
        if (definition != null) {
            return Undo.by("Gives the view the query that it had",
                    "CREATE OR REPLACE VIEW " + name + " AS\n" + definition.strip().replaceAll(";$", ""));
        }
        return Undo.unknown("What " + name + " was before is not known here. Put its query into the rollback, or, if "
                + "the statement makes it for the first time, DROP VIEW " + name);
    }

    static Undo createSequence(Action.CreateSequence create) {
        Undo undo = dropping("SEQUENCE", create.sequence().sql());
        return create.ifNotExists() ? undo.adding(perhapsBefore(create.sequence().sql())) : undo;
    }

    static Undo addValue(Action.AddEnumValue add) {
        return Undo.unknown("PostgreSQL cannot take a value out of an enum. " + Identifiers.literal(add.value())
                + " does no harm as long as nobody uses it; to be rid of it, make a type without it and move the columns "
                + "of " + add.type() + " over");
    }

    static Undo alterDomain(Action.AlterDomain alter) {
        Constraint added = alter.constraint();
        String domain = "ALTER DOMAIN " + alter.domain().sql();
        if (added != null && added.name() != null) {
            return Undo.by("Drops the constraint that the statement adds",
                    domain + " DROP CONSTRAINT " + Identifiers.quote(added.name()));
        }
        if (alter.setNotNull()) {
            return Undo.by("Allows NULL again", domain + " DROP NOT NULL");
        }
        return alter.validate()
                ? Undo.nothing("the rows are what they were")
                : Undo.unknown("How " + alter.domain() + " was before is not known here");
    }

    Undo createFunction(Action.CreateFunction create) {
        String name = create.function().sql();
        Schema.Routine before = schema.routine(create.function()).orElse(null);
        if (!create.orReplace() || before == null && schema.isComplete()) {
            return dropping("ROUTINE", name);
        }
        String definition = before == null ? null : before.definition();
        return definition == null
                ? Undo.unknown(
                        "What " + name + " was before is not known here. Put its text into the rollback, or, if the "
                                + "statement makes it for the first time, DROP ROUTINE " + name)
                : Undo.by("Gives the function the text that it had", definition.strip().replaceAll(";$", ""));
    }

    static Undo createSchema(Action.CreateSchema create) {
        Undo undo = dropping("SCHEMA", Identifiers.quote(create.schema()));
        return create.ifNotExists() ? undo.adding(perhapsBefore(Identifiers.quote(create.schema()))) : undo;
    }

    static Undo createExtension(Action.CreateExtension create) {
        Undo undo = dropping("EXTENSION", Identifiers.quote(create.extension()));
        return create.ifNotExists() ? undo.adding(perhapsBefore(Identifiers.quote(create.extension()))) : undo;
    }

    static Undo createOther(Action.CreateOther create) {
        QualifiedName name = create.name();
        String kind = switch (create.node()) {
            case "CreatePublicationStmt" -> "PUBLICATION";
            case "CreateStatsStmt" -> "STATISTICS";
            default -> create.kind() == ObjectKind.OTHER ? "" : create.kind().word();
        };
        return name == null || kind.isEmpty()
                ? Undo.unknown("What undoes this kind of statement (" + create.node() + ") is not known here")
                : dropping(kind, name.sql());
    }
}
