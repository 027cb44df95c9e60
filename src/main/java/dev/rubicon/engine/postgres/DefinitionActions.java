package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.Action.Volatility;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads definitions of types, functions, triggers, schemas and the like. */
final class DefinitionActions {

    private final Wording wording;
    private final ColumnReader columns;
    private final ConstraintReader constraints;

    DefinitionActions(Wording wording) {
        this.wording = wording;
        this.columns = new ColumnReader(wording);
        this.constraints = new ConstraintReader(wording);
    }

    static Action enumType(JsonNode tree) {
        return new Action.CreateEnum(Nodes.named(tree.path("typeName")), Nodes.words(tree.path("vals")));
    }

    static Action alterEnum(JsonNode tree) {
        QualifiedName type = Nodes.named(tree.path("typeName"));
        String old = Nodes.textOrNull(tree, "oldVal");
        String value = Nodes.text(tree, "newVal");
        return old == null
                ? new Action.AddEnumValue(type, value, tree.has("newValNeighbor"),
                        Nodes.flag(tree, "skipIfNewValExists"))
                : new Action.Rename(ObjectKind.ENUM_VALUE, type, old, value, false);
    }

    @Nullable
    Action domain(JsonNode tree) {
        List<ColumnReader.Part> parts = columns.parts(tree, wording.end(0));
        var type = columns.type(tree);
        List<Constraint> checks = columns.demands(parts, List.of());
        boolean notNull = parts.stream().anyMatch(part -> part.kind().equals("CONSTR_NOTNULL"));
        return type == null
                ? null
                : new Action.CreateDomain(Nodes.named(tree.path("domainname")), type, notNull, checks);
    }

    Action alterDomain(JsonNode tree) {
        String subtype = Nodes.text(tree, "subtype");
        Constraint added = subtype.equals("C")
                ? constraints.inList(tree.path("def").path("Constraint")).orElse(null)
                : null;
        boolean notNull = subtype.equals("O") || added != null && added.kind() == Constraint.Kind.NOT_NULL;
        return new Action.AlterDomain(Nodes.named(tree.path("typeName")), added, notNull, subtype.equals("V"));
    }

    static Action function(JsonNode tree, List<List<Action>> body) {
        String language = tree.has("sql_body") ? "sql" : "";
        Volatility volatility = Volatility.VOLATILE;
        for (JsonNode option : tree.path("options")) {
            JsonNode element = option.path("DefElem");
            String value = Nodes.word(element.path("arg"));
            switch (Nodes.text(element, "defname")) {
                case "language" -> language = value;
                case "volatility" -> volatility = Volatility.valueOf(value.toUpperCase(Locale.ROOT));
                default -> {}
            }
        }
        int arguments = (int) Nodes.items(tree.path("parameters"))
                .map(each -> Nodes.text(each.path("FunctionParameter"), "mode"))
                .filter(mode -> !mode.equals("FUNC_PARAM_OUT") && !mode.equals("FUNC_PARAM_TABLE")).count();
        return new Action.CreateFunction(Nodes.named(tree.path("funcname")), arguments, volatility, language,
                Nodes.flag(tree, "replace"), body);
    }

    static Action block(JsonNode tree, List<List<Action>> body, boolean dynamic) {
        String language = "plpgsql";
        for (JsonNode argument : tree.path("args")) {
            JsonNode element = argument.path("DefElem");
            language = Nodes.text(element, "defname").equals("language") ? Nodes.word(element.path("arg")) : language;
        }
        return new Action.Block(language, body, dynamic);
    }

    static Action trigger(JsonNode tree) {
        return new Action.CreateTrigger(Nodes.text(tree, "trigname"), Nodes.relation(tree.path("relation")),
                Nodes.named(tree.path("funcname")), Nodes.flag(tree, "replace"));
    }

    static Action schema(JsonNode tree) {
        return new Action.CreateSchema(schemaName(tree), Nodes.flag(tree, "if_not_exists"));
    }

    /** Without a name of its own a schema has its owner's. */
    static String schemaName(JsonNode tree) {
        String written = Nodes.text(tree, "schemaname");
        return written.isEmpty() ? Nodes.role(tree.path("authrole")) : written;
    }

    static Action definition(JsonNode tree) {
        QualifiedName name = Nodes.named(tree.path("defnames"));
        String kind = Nodes.text(tree, "kind");
        return kind.equals("OBJECT_TYPE")
                ? new Action.CreateType(name)
                : new Action.CreateOther("DefineStmt", Nodes.kind(kind), name, List.of());
    }

    /** CREATE or ALTER PUBLICATION; altered, it is not made. */
    static Action publication(String node, JsonNode tree) {
        List<QualifiedName> tables = Nodes.items(tree.path("pubobjects"))
                .map(each -> each.path("PublicationObjSpec").path("pubtable")).filter(each -> each.has("relation"))
                .map(each -> Nodes.relation(each.path("relation"))).toList();
        return new Action.CreateOther(node, ObjectKind.OTHER,
                node.startsWith("Alter") ? null : QualifiedName.of(Nodes.text(tree, "pubname")), tables);
    }

    static Action statistics(JsonNode tree) {
        QualifiedName name = tree.has("defnames") ? Nodes.named(tree.path("defnames")) : null;
        return new Action.CreateOther("CreateStatsStmt", ObjectKind.OTHER, name,
                Nodes.relations(tree.path("relations")));
    }

    /** What no rule looks into; its name is in the field, or it has none. */
    static Action other(String node, ObjectKind kind, JsonNode tree, String field) {
        return new Action.CreateOther(node, kind,
                tree.has(field) ? QualifiedName.of(Nodes.text(tree, field)) : null, List.of());
    }
}
