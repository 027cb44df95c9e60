package dev.rubicon.engine.postgres;

import dev.rubicon.engine.Script.ConcurrentIndex;
import dev.rubicon.engine.Script.Statement;
import dev.rubicon.engine.Script.StatementKind;
import dev.rubicon.engine.facts.Identifiers;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What the tree of a statement says about how it may be run. Node and field names are those of PostgreSQL's sources. */
final class StatementFacts {

    private static final Set<String> DML = Set.of("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt",
            "TruncateStmt");
    private static final Set<String> OTHER = Set.of("SelectStmt", "CopyStmt", "VariableSetStmt", "VariableShowStmt",
            "VacuumStmt", "ExplainStmt", "TransactionStmt", "LockStmt", "CheckPointStmt", "DiscardStmt", "ListenStmt",
            "NotifyStmt", "UnlistenStmt", "PrepareStmt", "ExecuteStmt", "DeallocateStmt", "DeclareCursorStmt",
            "FetchStmt", "ClosePortalStmt", "LoadStmt", "DoStmt", "CallStmt", "ReindexStmt", "ClusterStmt",
            "RefreshMatViewStmt", "ConstraintsSetStmt", "AlterSystemStmt", "ReturnStmt");
    private static final Set<String> NEVER_IN_A_TRANSACTION = Set.of("CreatedbStmt", "DropdbStmt",
            "CreateTableSpaceStmt", "DropTableSpaceStmt", "AlterSystemStmt", "DropSubscriptionStmt");
    private static final Set<String> WHOLE_REINDEX = Set.of("REINDEX_OBJECT_SCHEMA", "REINDEX_OBJECT_SYSTEM",
            "REINDEX_OBJECT_DATABASE");
    private static final Set<String> REFRESHING = Set.of("ALTER_SUBSCRIPTION_REFRESH",
            "ALTER_SUBSCRIPTION_REFRESH_PUBLICATION", "ALTER_SUBSCRIPTION_SET_PUBLICATION",
            "ALTER_SUBSCRIPTION_ADD_PUBLICATION", "ALTER_SUBSCRIPTION_DROP_PUBLICATION");

    private StatementFacts() {}

    static Statement of(Scripts.Parsed parsed) {
        String node = parsed.node();
        JsonNode tree = parsed.tree();
        List<Statement> body = parsed.body().stream().map(StatementFacts::of).toList();
        return new Statement(parsed.sql(), parsed.offset(), node, kind(node, tree), transactional(node, tree),
                node.equals("TransactionStmt"), concurrentIndex(node, tree),
                ActionReader.read(parsed, body.stream().map(Statement::actions).toList()), body, parsed.dynamic());
    }

    private static StatementKind kind(String node, JsonNode tree) {
        if (DML.contains(node)) {
            return StatementKind.DML;
        }
        if (node.equals("CopyStmt") && tree.path("is_from").asBoolean(false)) {
            return StatementKind.DML;
        }
        if (node.equals("SelectStmt")) {
            return tree.has("intoClause")
                    ? StatementKind.DDL
                    : changesRows(tree.path("withClause")) ? StatementKind.DML : StatementKind.OTHER;
        }
        return OTHER.contains(node) ? StatementKind.OTHER : StatementKind.DDL;
    }

    private static boolean changesRows(JsonNode with) {
        return items(with.path("ctes")).map(cte -> cte.path("CommonTableExpr").path("ctequery"))
                .anyMatch(query -> DML.stream().anyMatch(query::has));
    }

    private static boolean transactional(String node, JsonNode tree) {
        if (NEVER_IN_A_TRANSACTION.contains(node)) {
            return false;
        }
        return switch (node) {
            case "IndexStmt", "DropStmt" -> !tree.path("concurrent").asBoolean(false);
            case "ReindexStmt" -> !WHOLE_REINDEX.contains(tree.path("kind").asString(""))
                    && !option(tree.path("params"), "concurrently");
            case "AlterTableStmt" -> items(tree.path("cmds"))
                    .noneMatch(command -> command.path("AlterTableCmd").path("def").path("PartitionCmd")
                            .path("concurrent").asBoolean(false));
            case "VacuumStmt" -> !tree.path("is_vacuumcmd").asBoolean(false);
            case "ClusterStmt" -> tree.has("relation");
            case "AlterDatabaseStmt" -> options(tree.path("options")).noneMatch(name -> name.equals("tablespace"));
            case "CreateSubscriptionStmt" -> !optionOrElse(tree.path("options"), "connect", true)
                    || !optionOrElse(tree.path("options"), "create_slot", true);
            case "AlterSubscriptionStmt" -> !REFRESHING.contains(tree.path("kind").asString(""));
            case "DiscardStmt" -> !tree.path("target").asString("DISCARD_ALL").equals("DISCARD_ALL");
            default -> true;
        };
    }

    private static @Nullable ConcurrentIndex concurrentIndex(String node, JsonNode tree) {
        return switch (node) {
            case "IndexStmt" -> tree.path("concurrent").asBoolean(false) ? created(tree) : null;
            case "DropStmt" -> tree.path("concurrent").asBoolean(false) ? dropped(tree) : null;
            case "ReindexStmt" -> option(tree.path("params"), "concurrently")
                    && tree.path("kind").asString("").equals("REINDEX_OBJECT_INDEX") ? rebuilt(tree) : null;
            default -> null;
        };
    }

    private static ConcurrentIndex created(JsonNode tree) {
        JsonNode table = tree.path("relation");
        return new ConcurrentIndex(ConcurrentIndex.Action.CREATE, null, text(tree, "idxname"),
                Identifiers.qualified(text(table, "schemaname"), table.path("relname").asString("")),
                tree.path("if_not_exists").asBoolean(false));
    }

    private static ConcurrentIndex dropped(JsonNode tree) {
        List<String> name = items(tree.path("objects").path(0).path("List").path("items"))
                .map(part -> part.path("String").path("sval").asString("")).toList();
        return new ConcurrentIndex(ConcurrentIndex.Action.DROP, name.size() > 1 ? name.get(name.size() - 2) : null,
                name.getLast(), null, tree.path("missing_ok").asBoolean(false));
    }

    private static ConcurrentIndex rebuilt(JsonNode tree) {
        JsonNode index = tree.path("relation");
        return new ConcurrentIndex(ConcurrentIndex.Action.REINDEX, text(index, "schemaname"), text(index, "relname"),
                null, false);
    }

    private static @Nullable String text(JsonNode node, String field) {
        return node.has(field) ? node.path(field).asString("") : null;
    }

    static boolean option(JsonNode options, String name) {
        return options(options).anyMatch(name::equals) && optionOrElse(options, name, true);
    }

    private static Stream<String> options(JsonNode options) {
        return items(options).map(option -> option.path("DefElem").path("defname").asString(""));
    }

    /** The value of an option as PostgreSQL reads booleans; one written without a value is on. */
    private static boolean optionOrElse(JsonNode options, String name, boolean otherwise) {
        return items(options).map(option -> option.path("DefElem"))
                .filter(option -> option.path("defname").asString("").equals(name)).findFirst()
                .map(option -> on(option.path("arg"))).orElse(otherwise);
    }

    private static boolean on(JsonNode value) {
        String word = value.path("String").path("sval").asString("");
        boolean zero = value.has("Integer") && value.path("Integer").path("ival").asInt(0) == 0;
        boolean no = value.has("Boolean") && !value.path("Boolean").path("boolval").asBoolean(false);
        return !(zero || no || word.equalsIgnoreCase("false") || word.equalsIgnoreCase("off"));
    }

    private static Stream<JsonNode> items(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false);
    }
}
