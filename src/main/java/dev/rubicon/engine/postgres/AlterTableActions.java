package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Reads the subcommands of ALTER TABLE, and of the ALTER statements of other relations that share its grammar. */
final class AlterTableActions {

    private final ColumnReader columns;
    private final ConstraintReader constraints;
    private final ExpressionReader expressions;

    AlterTableActions(Wording wording) {
        this.columns = new ColumnReader(wording);
        this.constraints = new ConstraintReader(wording);
        this.expressions = new ExpressionReader(wording);
    }

    /** One subcommand, and the table it is about. */
    private record Command(QualifiedName table, String objectType, JsonNode tree) {

        String type() {
            return Nodes.text(tree, "subtype");
        }

        /** Of the column, constraint or other thing. A column of an index has a number only. */
        String name() {
            return tree.has("name") ? Nodes.text(tree, "name") : Nodes.text(tree, "num");
        }

        JsonNode definition() {
            return tree.path("def");
        }

        JsonNode partition() {
            return definition().path("PartitionCmd");
        }

        QualifiedName partitionName() {
            return Nodes.relation(partition().path("name"));
        }

        Action other() {
            return new Action.OtherTableChange(table, type());
        }
    }

    List<Action> read(JsonNode tree) {
        QualifiedName table = Nodes.relation(tree.path("relation"));
        String objectType = Nodes.text(tree, "objtype");
        return Nodes.items(tree.path("cmds"))
                .map(each -> new Command(table, objectType, each.path("AlterTableCmd"))).map(this::action).toList();
    }

    private Action action(Command command) {
        // the attributes of a composite type are no columns of a table
        if (command.objectType.equals("OBJECT_TYPE")) {
            return command.other();
        }
        String type = command.type();
        return switch (type) {
            case "AT_AddConstraint", "AT_ValidateConstraint", "AT_AlterConstraint", "AT_DropConstraint" ->
                constraint(command);
            case "AT_AttachPartition", "AT_DetachPartition", "AT_DetachPartitionFinalize" -> partition(command);
            case "AT_AddColumn", "AT_DropColumn", "AT_AlterColumnType", "AT_ColumnDefault", "AT_SetNotNull",
                    "AT_DropNotNull" ->
                column(command);
            default -> type.contains("Trig") ? trigger(command) : columnDetail(command);
        };
    }

    private Action column(Command command) {
        JsonNode definition = command.definition();
        return switch (command.type()) {
            case "AT_AddColumn" -> new Action.AddColumn(command.table, columns.column(definition.path("ColumnDef")),
                    Nodes.flag(command.tree, "missing_ok"));
            case "AT_DropColumn" -> new Action.DropColumn(command.table, command.name(), Nodes.cascades(command.tree),
                    Nodes.flag(command.tree, "missing_ok"));
            case "AT_AlterColumnType" -> type(command, definition.path("ColumnDef"));
            case "AT_ColumnDefault" -> new Action.SetDefault(command.table, command.name(),
                    definition.isMissingNode() ? null : expressions.behind("default", definition));
            case "AT_SetNotNull" -> new Action.SetNotNull(command.table, command.name());
            default -> new Action.DropNotNull(command.table, command.name());
        };
    }

    private Action type(Command command, JsonNode definition) {
        var type = columns.type(definition);
        JsonNode using = definition.path("raw_default");
        return type == null
                ? command.other()
                : new Action.AlterType(command.table, command.name(), type,
                        using.isMissingNode() ? null : expressions.behind("using", using),
                        ColumnReader.collation(definition));
    }

    private Action columnDetail(Command command) {
        JsonNode definition = command.definition();
        return switch (command.type()) {
            case "AT_AddIdentity", "AT_SetIdentity" ->
                new Action.ChangeIdentity(command.table, command.name(), false);
            case "AT_DropIdentity" -> new Action.ChangeIdentity(command.table, command.name(), true);
            case "AT_SetExpression" -> new Action.ChangeExpression(command.table, command.name(),
                    expressions.inParentheses(definition));
            case "AT_DropExpression" -> new Action.ChangeExpression(command.table, command.name(), null);
            case "AT_SetStatistics" -> setting(command, "STATISTICS");
            case "AT_SetStorage" -> setting(command, "STORAGE");
            case "AT_SetCompression" -> setting(command, "COMPRESSION");
            case "AT_SetOptions", "AT_ResetOptions" -> setting(command, String.join(", ", options(definition)));
            default -> tableDetail(command);
        };
    }

    private static Action setting(Command command, String setting) {
        return new Action.ColumnSetting(command.table, command.name(), setting);
    }

    private Action tableDetail(Command command) {
        QualifiedName table = command.table;
        JsonNode definition = command.definition();
        return switch (command.type()) {
            case "AT_EnableRowSecurity", "AT_ForceRowSecurity" -> new Action.RowSecurity(table, true);
            case "AT_DisableRowSecurity", "AT_NoForceRowSecurity" -> new Action.RowSecurity(table, false);
            case "AT_SetLogged" -> new Action.SetLogged(table, true);
            case "AT_SetUnLogged" -> new Action.SetLogged(table, false);
            case "AT_SetTableSpace" -> new Action.SetTablespace(table, command.name());
            case "AT_SetAccessMethod" -> new Action.SetAccessMethod(table, command.name());
            case "AT_ReplicaIdentity" -> new Action.SetReplicaIdentity(table);
            case "AT_SetRelOptions", "AT_ResetRelOptions", "AT_ReplaceRelOptions" ->
                new Action.StorageParameters(table, options(definition));
            case "AT_ClusterOn", "AT_DropCluster" -> new Action.StorageParameters(table, List.of("cluster"));
            case "AT_AddInherit", "AT_DropInherit" -> new Action.ChangeInheritance(table,
                    Nodes.relation(definition.path("RangeVar")), command.type().equals("AT_AddInherit"));
            case "AT_ChangeOwner" -> new Action.SetOwner(Nodes.kind(command.objectType), table,
                    Nodes.role(command.tree.path("newowner")));
            default -> command.other();
        };
    }

    private static List<String> options(JsonNode definition) {
        return Nodes.items(definition.path("List").path("items")).map(each -> each.path("DefElem"))
                .map(each -> each.has("defnamespace")
                        ? Nodes.text(each, "defnamespace") + "." + Nodes.text(each, "defname")
                        : Nodes.text(each, "defname"))
                .toList();
    }

    private Action constraint(Command command) {
        QualifiedName table = command.table;
        return switch (command.type()) {
            case "AT_AddConstraint" -> constraints.inList(command.definition().path("Constraint"))
                    .<Action>map(constraint -> new Action.AddConstraint(table, constraint)).orElseGet(command::other);
            case "AT_ValidateConstraint" -> new Action.ValidateConstraint(table, command.name());
            case "AT_AlterConstraint" -> new Action.AlterConstraint(table,
                    Nodes.text(command.definition().path("ATAlterConstraint"), "conname"));
            default -> new Action.DropConstraint(table, command.name(), Nodes.cascades(command.tree),
                    Nodes.flag(command.tree, "missing_ok"));
        };
    }

    private static Action partition(Command command) {
        QualifiedName partition = command.partitionName();
        if (!command.type().equals("AT_AttachPartition")) {
            return new Action.DetachPartition(command.table, partition, Nodes.flag(command.partition(), "concurrent"),
                    command.type().equals("AT_DetachPartitionFinalize"));
        }
        return command.objectType.equals("OBJECT_INDEX")
                ? new Action.AttachIndex(command.table, partition)
                : new Action.AttachPartition(command.table, partition,
                        Nodes.flag(command.partition().path("bound"), "is_default"));
    }

    private static Action trigger(Command command) {
        String type = command.type();
        String trigger = type.endsWith("TrigAll") || type.endsWith("TrigUser")
                ? type.substring(type.indexOf("Trig") + "Trig".length()).toUpperCase(Locale.ROOT)
                : command.name();
        return new Action.TriggerState(command.table, trigger, type.startsWith("AT_Enable"));
    }
}
