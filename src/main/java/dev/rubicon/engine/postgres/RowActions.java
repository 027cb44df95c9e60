package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.Assignment;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads statements about rows. Each gives its own action first, then those of the changes in its WITH. */
final class RowActions {

    static final Set<String> CHANGES = Set.of("InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt");

    private final Wording wording;

    RowActions(Wording wording) {
        this.wording = wording;
    }

    List<Action> change(String node, JsonNode tree) {
        return change(new TreeScan.Change(node, tree, Set.of()));
    }

    private List<Action> change(TreeScan.Change change) {
        JsonNode tree = change.tree();
        TreeScan scan = new TreeScan(tree, change.hidden());
        ExpressionReader expressions = new ExpressionReader(wording, otherNames(tree));
        QualifiedName table = Nodes.relation(tree.path("relation"));
        List<Action> actions = new ArrayList<>();
        actions.add(switch (change.node()) {
            case "InsertStmt" -> insert(tree, table, scan.reads());
            case "UpdateStmt" -> new Action.Update(table, assignments(tree, expressions), where(tree, expressions),
                    scan.reads());
            case "DeleteStmt" -> new Action.Delete(table, where(tree, expressions), scan.reads());
            default -> new Action.Merge(table, scan.reads());
        });
        actions.addAll(besides(scan));
        return actions;
    }

    /** What stands in FROM or USING beside the table. */
    private static Set<String> otherNames(JsonNode tree) {
        JsonNode others = tree.has("fromClause") ? tree.path("fromClause") : tree.path("usingClause");
        return others.isEmpty() ? Set.of() : new TreeScan(others).names();
    }

    private List<Action> besides(TreeScan scan) {
        return scan.changes().stream().flatMap(each -> change(each).stream()).toList();
    }

    private Action insert(JsonNode tree, QualifiedName table, List<QualifiedName> reads) {
        JsonNode conflict = tree.path("onConflictClause");
        return new Action.Insert(table,
                Nodes.items(tree.path("cols")).map(each -> column(each.path("ResTarget"))).toList(),
                assignments(conflict, new ExpressionReader(wording)), !conflict.isMissingNode(), reads);
    }

    /** A column with its field or element, as in an assignment. */
    private String column(JsonNode target) {
        int first = wording.at(target);
        String name = Nodes.text(target, "name");
        return target.has("indirection") ? name + wording.text(first + 1, wording.end(first)) : name;
    }

    private List<Assignment> assignments(JsonNode tree, ExpressionReader expressions) {
        return Nodes.items(tree.path("targetList")).map(each -> assignment(each.path("ResTarget"), expressions))
                .toList();
    }

    private Assignment assignment(JsonNode target, ExpressionReader expressions) {
        int first = wording.at(target);
        int equals = wording.next(first, '=');
        String name = Nodes.text(target, "name");
        String place = target.has("indirection")
                ? name + wording.text(first + 1, Math.min(equals, wording.end(first)))
                : name;
        JsonNode value = target.path("val");
        return new Assignment(place, value.has("MultiAssignRef")
                ? ofSeveral(value.path("MultiAssignRef"), equals, expressions)
                : expressions.read(value, value(equals)));
    }

    private Wording.Range value(int equals) {
        return new Wording.Range(equals + 1, wording.end(equals + 1, "from", "where", "returning"));
    }

    /** (a, b) = (1, 2): each its own; (a, b) = (SELECT …): the query for all. */
    private Expression ofSeveral(JsonNode reference, int equals, ExpressionReader expressions) {
        JsonNode source = reference.path("source");
        int number = reference.path("colno").asInt(1) - 1;
        JsonNode values = source.path("RowExpr").path("args");
        List<Wording.Range> written = values.isEmpty() ? List.of() : wording.list(equals);
        return number < written.size()
                ? expressions.read(values.path(number), written.get(number))
                : expressions.read(source, value(equals));
    }

    private @Nullable Expression where(JsonNode tree, ExpressionReader expressions) {
        JsonNode condition = tree.path("whereClause");
        if (condition.has("CurrentOfExpr")) {
            return expressions.read(condition,
                    "CURRENT OF " + Identifiers.quote(Nodes.text(condition.path("CurrentOfExpr"), "cursor_name")));
        }
        return condition.isMissingNode() ? null : expressions.behind("where", condition, "returning");
    }

    List<Action> copy(JsonNode tree) {
        QualifiedName table = Nodes.relation(tree.path("relation"));
        if (Nodes.flag(tree, "is_from")) {
            return List.of(new Action.CopyInto(table));
        }
        return tree.has("query")
                ? query(tree.path("query"))
                : List.of(new Action.Query(List.of(table), false, List.of()));
    }

    static Action truncate(JsonNode tree) {
        return new Action.Truncate(Nodes.relations(tree.path("relations")), Nodes.cascades(tree),
                Nodes.flag(tree, "restart_seqs"));
    }

    /** A query, which may set session parameters by the way. COPY can bring rows out of a change too. */
    List<Action> query(JsonNode tree) {
        var content = Nodes.content(tree);
        if (content != null && CHANGES.contains(content.getKey())) {
            return change(content.getKey(), content.getValue());
        }
        TreeScan scan = new TreeScan(tree);
        List<Action> actions = new ArrayList<>();
        actions.add(new Action.Query(scan.reads(), scan.locksRows(), scan.calls()));
        scan.settings().forEach(each -> SessionActions.configured(each).forEach(actions::add));
        actions.addAll(besides(scan));
        return actions;
    }
}
