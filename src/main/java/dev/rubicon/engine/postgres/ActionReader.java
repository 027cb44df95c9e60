package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.ObjectKind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads a statement's tree into what it does. A node that is not known here is read as {@link Action.Other}. */
final class ActionReader {

    private final Scripts.Parsed statement;
    private final List<List<Action>> body;
    private final Wording wording;
    private final RowActions rows;

    private ActionReader(Scripts.Parsed statement, List<List<Action>> body) {
        this.statement = statement;
        this.body = body;
        this.wording = new Wording(statement);
        this.rows = new RowActions(wording);
    }

    /** @param body the actions of each statement in a function's or block's body */
    static List<Action> read(Scripts.Parsed statement, List<List<Action>> body) {
        return new ActionReader(statement, body).actions(statement.node(), statement.tree());
    }

    private List<Action> actions(String node, JsonNode tree) {
        List<Action> read = switch (node) {
            case "AlterTableStmt" -> new AlterTableActions(wording).read(tree);
            case "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt" -> rows.change(node, tree);
            case "SelectStmt" -> tree.has("intoClause") ? List.of(RelationActions.selectInto(tree)) : rows.query(tree);
            case "ReturnStmt", "DeclareCursorStmt" -> rows.query(tree);
            case "ExplainStmt" -> explained(tree);
            case "CopyStmt" -> rows.copy(tree);
            case "VariableSetStmt" -> SessionActions.setting(tree);
            case "CreateSchemaStmt" -> schema(tree);
            default -> {
                Action one = relation(node, tree);
                yield one == null ? List.of() : List.of(one);
            }
        };
        return read.isEmpty() ? List.of(new Action.Other(node)) : read;
    }

    /** CREATE SCHEMA, and what it makes in the schema. */
    private List<Action> schema(JsonNode tree) {
        List<Action> actions = new ArrayList<>();
        actions.add(DefinitionActions.schema(tree));
        for (JsonNode element : tree.path("schemaElts")) {
            var content = Nodes.content(element);
            if (content != null) {
                actions.addAll(actions(content.getKey(),
                        inSchema(content.getValue(), DefinitionActions.schemaName(tree))));
            }
        }
        return actions;
    }

    private static JsonNode inSchema(JsonNode tree, String schema) {
        JsonNode copy = tree.deepCopy();
        for (String field : List.of("relation", "view", "sequence")) {
            if (copy.path(field) instanceof ObjectNode relation && !relation.has("schemaname")) {
                relation.put("schemaname", schema);
            }
        }
        return copy;
    }

    /** EXPLAIN with ANALYZE runs what it explains. */
    private List<Action> explained(JsonNode tree) {
        var explained = Nodes.content(tree.path("query"));
        if (explained == null || explained.getKey().equals("SelectStmt")) {
            return rows.query(tree.path("query"));
        }
        return StatementFacts.option(tree.path("options"), "analyze")
                ? actions(explained.getKey(), explained.getValue())
                : List.of(new Action.Query(new TreeScan(tree).reads(), false, List.of()));
    }

    private @Nullable Action relation(String node, JsonNode tree) {
        return switch (node) {
            case "CreateStmt" -> new RelationActions(wording).table(tree);
            case "CreateTableAsStmt" -> new RelationActions(wording).tableAs(tree);
            case "IndexStmt" -> new RelationActions(wording).index(tree);
            case "ViewStmt" -> RelationActions.view(tree);
            case "RefreshMatViewStmt" -> new Action.RefreshView(Nodes.relation(tree.path("relation")),
                    Nodes.flag(tree, "concurrent"));
            case "CreateSeqStmt" -> new Action.CreateSequence(Nodes.relation(tree.path("sequence")),
                    Nodes.flag(tree, "if_not_exists"));
            case "AlterSeqStmt" -> new Action.AlterSequence(Nodes.relation(tree.path("sequence")));
            case "TruncateStmt" -> RowActions.truncate(tree);
            default -> object(node, tree);
        };
    }

    private @Nullable Action object(String node, JsonNode tree) {
        return switch (node) {
            case "DropStmt" -> ObjectActions.drop(tree);
            case "DropdbStmt" -> ObjectActions.drop(ObjectKind.DATABASE, tree, "dbname");
            case "DropTableSpaceStmt" -> ObjectActions.drop(ObjectKind.OTHER, tree, "tablespacename");
            case "DropSubscriptionStmt" -> ObjectActions.drop(ObjectKind.OTHER, tree, "subname");
            case "DropRoleStmt" -> ObjectActions.dropRoles(tree);
            case "RenameStmt" -> ObjectActions.rename(tree);
            case "AlterObjectSchemaStmt" -> ObjectActions.setSchema(tree);
            case "AlterOwnerStmt" -> ObjectActions.setOwner(tree);
            case "CommentStmt", "SecLabelStmt" -> ObjectActions.comment(tree);
            case "GrantStmt" -> ObjectActions.grant(tree);
            case "GrantRoleStmt" -> ObjectActions.grantRoles(tree);
            default -> session(node, tree);
        };
    }

    private @Nullable Action session(String node, JsonNode tree) {
        return switch (node) {
            case "TransactionStmt" -> SessionActions.transaction(tree);
            case "LockStmt" -> SessionActions.lock(tree);
            case "VacuumStmt" -> SessionActions.vacuum(tree);
            case "ClusterStmt" -> SessionActions.cluster(tree);
            case "ReindexStmt" -> SessionActions.reindex(tree);
            case "DoStmt" -> DefinitionActions.block(tree, body, statement.dynamic());
            default -> definition(node, tree);
        };
    }

    private @Nullable Action definition(String node, JsonNode tree) {
        return switch (node) {
            case "CreateEnumStmt" -> DefinitionActions.enumType(tree);
            case "AlterEnumStmt" -> DefinitionActions.alterEnum(tree);
            case "CreateDomainStmt" -> new DefinitionActions(wording).domain(tree);
            case "AlterDomainStmt" -> new DefinitionActions(wording).alterDomain(tree);
            case "CompositeTypeStmt" -> new Action.CreateType(Nodes.relation(tree.path("typevar")));
            case "CreateRangeStmt" -> new Action.CreateType(Nodes.named(tree.path("typeName")));
            case "DefineStmt" -> DefinitionActions.definition(tree);
            case "CreateFunctionStmt" -> DefinitionActions.function(tree, body);
            case "CreateTrigStmt" -> DefinitionActions.trigger(tree);
            case "CreatePolicyStmt" -> new Action.CreatePolicy(Nodes.text(tree, "policy_name"),
                    Nodes.relation(tree.path("table")));
            case "AlterPolicyStmt" -> new Action.OtherTableChange(Nodes.relation(tree.path("table")), node);
            case "RuleStmt" -> new Action.CreateRule(Nodes.text(tree, "rulename"),
                    Nodes.relation(tree.path("relation")));
            case "CreateExtensionStmt" -> new Action.CreateExtension(Nodes.text(tree, "extname"),
                    Nodes.flag(tree, "if_not_exists"));
            case "CreatePublicationStmt", "AlterPublicationStmt" -> DefinitionActions.publication(node, tree);
            case "CreateStatsStmt" -> DefinitionActions.statistics(tree);
            default -> rest(node, tree);
        };
    }

    private static @Nullable Action rest(String node, JsonNode tree) {
        return switch (node) {
            case "CreatedbStmt" -> DefinitionActions.other(node, ObjectKind.DATABASE, tree, "dbname");
            case "CreateRoleStmt" -> DefinitionActions.other(node, ObjectKind.ROLE, tree, "role");
            case "CreateForeignTableStmt" -> new Action.CreateOther(node, ObjectKind.FOREIGN_TABLE,
                    Nodes.relation(tree.path("base").path("relation")), List.of());
            case "CreateTableSpaceStmt" -> DefinitionActions.other(node, ObjectKind.OTHER, tree, "tablespacename");
            case "CreateForeignServerStmt", "CreateUserMappingStmt" ->
                DefinitionActions.other(node, ObjectKind.OTHER, tree, "servername");
            case "CreateFdwStmt" -> DefinitionActions.other(node, ObjectKind.OTHER, tree, "fdwname");
            case "CreateEventTrigStmt" -> DefinitionActions.other(node, ObjectKind.OTHER, tree, "trigname");
            case "CreateSubscriptionStmt" -> DefinitionActions.other(node, ObjectKind.OTHER, tree, "subname");
            case "CreateAmStmt" -> DefinitionActions.other(node, ObjectKind.OTHER, tree, "amname");
            case "CreatePLangStmt" -> DefinitionActions.other(node, ObjectKind.OTHER, tree, "plname");
            case "CreateCastStmt", "CreateConversionStmt", "CreateOpClassStmt", "CreateOpFamilyStmt",
                    "CreateTransformStmt" ->
                new Action.CreateOther(node, ObjectKind.OTHER, null, List.of());
            default -> null;
        };
    }
}
