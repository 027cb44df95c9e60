package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import dev.rubicon.engine.facts.Action.TransactionControl.Control;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads settings, locks, transactions and maintenance. */
final class SessionActions {

    private SessionActions() {}

    static List<Action> setting(JsonNode tree) {
        String name = Nodes.text(tree, "name").toLowerCase(Locale.ROOT);
        boolean local = Nodes.flag(tree, "is_local");
        return switch (Nodes.text(tree, "kind")) {
            case "VAR_RESET_ALL" -> List.of(new Action.Setting("all", null, false));
            case "VAR_SET_VALUE" -> List.of(new Action.Setting(name, values(tree), local));
            case "VAR_SET_MULTI" -> several(name, tree);
            default -> List.of(new Action.Setting(name, null, local));
        };
    }

    /** SET TRANSACTION is for this transaction, SET SESSION CHARACTERISTICS sets what later ones begin with. */
    private static List<Action> several(String name, JsonNode tree) {
        if (name.equals("transaction snapshot")) {
            return List.of(new Action.Setting("transaction_snapshot", values(tree), true));
        }
        boolean local = name.equals("transaction");
        return Nodes.items(tree.path("args")).map(each -> each.path("DefElem"))
                .<Action>map(each -> new Action.Setting((local ? "" : "default_") + Nodes.text(each, "defname"),
                        mode(each.path("arg")), local))
                .toList();
    }

    /** READ ONLY and DEFERRABLE come as numbers. */
    private static String mode(JsonNode value) {
        JsonNode number = value.path("A_Const").path("ival");
        return number.isMissingNode() ? value(value) : number.path("ival").asInt(0) == 0 ? "off" : "on";
    }

    private static String values(JsonNode tree) {
        return Nodes.items(tree.path("args")).map(SessionActions::value).collect(Collectors.joining(", "));
    }

    private static String value(JsonNode node) {
        JsonNode constant = (node.has("TypeCast") ? node.path("TypeCast").path("arg") : node).path("A_Const");
        if (constant.has("ival")) {
            return String.valueOf(constant.path("ival").path("ival").asInt(0));
        }
        if (constant.has("boolval")) {
            return String.valueOf(Nodes.flag(constant.path("boolval"), "boolval"));
        }
        return constant.has("fval")
                ? Nodes.text(constant.path("fval"), "fval")
                : Nodes.text(constant.path("sval"), "sval");
    }

    /** A call of set_config whose name and value are written out. */
    static Stream<Action> configured(JsonNode call) {
        JsonNode arguments = call.path("args");
        if (!constant(arguments.path(0)) || !constant(arguments.path(1))) {
            return Stream.empty();
        }
        boolean local = value(arguments.path(2)).equals("true");
        return Stream.of(new Action.Setting(value(arguments.path(0)).toLowerCase(Locale.ROOT),
                value(arguments.path(1)), local));
    }

    private static boolean constant(JsonNode node) {
        return node.path("A_Const").has("sval") || node.path("TypeCast").path("arg").path("A_Const").has("sval");
    }

    static Action lock(JsonNode tree) {
        int mode = Math.clamp(tree.path("mode").asInt(LockMode.values().length), 1, LockMode.values().length);
        return new Action.LockTables(Nodes.relations(tree.path("relations")), LockMode.values()[mode - 1],
                Nodes.flag(tree, "nowait"));
    }

    static @Nullable Action transaction(JsonNode tree) {
        Control control = switch (Nodes.text(tree, "kind")) {
            case "TRANS_STMT_BEGIN", "TRANS_STMT_START" -> Control.BEGIN;
            case "TRANS_STMT_COMMIT", "TRANS_STMT_COMMIT_PREPARED" -> Control.COMMIT;
            case "TRANS_STMT_ROLLBACK", "TRANS_STMT_ROLLBACK_PREPARED" -> Control.ROLLBACK;
            case "TRANS_STMT_SAVEPOINT" -> Control.SAVEPOINT;
            case "TRANS_STMT_RELEASE" -> Control.RELEASE;
            case "TRANS_STMT_ROLLBACK_TO" -> Control.ROLLBACK_TO;
            case "TRANS_STMT_PREPARE" -> Control.PREPARE;
            default -> null;
        };
        return control == null ? null : new Action.TransactionControl(control, Nodes.flag(tree, "chain"));
    }

    static Action vacuum(JsonNode tree) {
        List<QualifiedName> tables = Nodes.items(tree.path("rels"))
                .map(each -> Nodes.relation(each.path("VacuumRelation").path("relation"))).toList();
        return Nodes.flag(tree, "is_vacuumcmd")
                ? new Action.Vacuum(tables, StatementFacts.option(tree.path("options"), "full"),
                        StatementFacts.option(tree.path("options"), "analyze"))
                : new Action.Analyze(tables);
    }

    static Action cluster(JsonNode tree) {
        return new Action.Cluster(tree.has("relation") ? Nodes.relation(tree.path("relation")) : null);
    }

    static Action reindex(JsonNode tree) {
        ObjectKind kind = switch (Nodes.text(tree, "kind")) {
            case "REINDEX_OBJECT_INDEX" -> ObjectKind.INDEX;
            case "REINDEX_OBJECT_TABLE" -> ObjectKind.TABLE;
            case "REINDEX_OBJECT_SCHEMA" -> ObjectKind.SCHEMA;
            case "REINDEX_OBJECT_DATABASE" -> ObjectKind.DATABASE;
            default -> ObjectKind.OTHER;
        };
        QualifiedName name = tree.has("relation")
                ? Nodes.relation(tree.path("relation"))
                : tree.has("name") ? QualifiedName.of(Nodes.text(tree, "name")) : null;
        return new Action.Reindex(kind, name, StatementFacts.option(tree.path("params"), "concurrently"));
    }
}
