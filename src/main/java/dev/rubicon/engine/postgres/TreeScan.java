package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Expression.Call;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What a query or an expression is made of, at whatever depth: one walk, without recursion, since an expression can be
 * nested deeper than a stack.
 */
final class TreeScan {

    private static final Set<String> NOT_CONSTANT = Set.of("SubLink", "ParamRef", "SetToDefault", "CurrentOfExpr");

    private final Deque<Place> open = new ArrayDeque<>();
    private final Set<QualifiedName> reads = new LinkedHashSet<>();
    private final Set<String> relationNames = new HashSet<>();
    private final Set<String> names = new HashSet<>();
    private final List<List<String>> columns = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private final List<JsonNode> settings = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private boolean star;
    private boolean locksRows;
    private boolean constant = true;

    /**
     * A statement in WITH that changes rows.
     *
     * @param hidden names of other queries in WITH, which are no relations inside it
     */
    record Change(String node, JsonNode tree, Set<String> hidden) {}

    private record Place(String key, JsonNode node, Set<String> hidden) {}

    /** @param hidden names that stand for queries in WITH, not for relations */
    TreeScan(JsonNode root, Set<String> hidden) {
        open.push(new Place("", root, hidden));
        while (!open.isEmpty()) {
            visit(open.pop());
        }
    }

    TreeScan(JsonNode root) {
        this(root, Set.of());
    }

    /** Relations, those behind names in WITH not among them. */
    List<QualifiedName> reads() {
        return List.copyOf(reads);
    }

    /** The parts of each column's name as written, without stars. */
    List<List<String>> columns() {
        return columns;
    }

    /** Names that FROM gives to relations, by which columns can be qualified. */
    Set<String> relationNames() {
        return relationNames;
    }

    /** Names that FROM gives to anything. */
    Set<String> names() {
        return names;
    }

    List<Call> calls() {
        return calls;
    }

    /** Calls of set_config. */
    List<JsonNode> settings() {
        return settings;
    }

    List<Change> changes() {
        return changes;
    }

    boolean star() {
        return star;
    }

    boolean locksRows() {
        return locksRows;
    }

    boolean constant() {
        return constant && columns.isEmpty() && calls.isEmpty() && !star;
    }

    private void visit(Place place) {
        JsonNode node = place.node;
        switch (place.key) {
            case "RangeVar" -> relation(node, place.hidden);
            case "ColumnRef" -> column(node);
            case "alias" -> names.add(Nodes.text(node, "aliasname"));
            case "lockingClause" -> locksRows = true;
            case "FuncCall" -> {
                call(node);
                children(place, place.hidden);
            }
            case "SQLValueFunction" -> calls.add(new Call(QualifiedName.of(valueFunction(node)), 0));
            default -> {
                constant &= !NOT_CONSTANT.contains(place.key);
                if (node.has("withClause")) {
                    with(place);
                } else {
                    children(place, place.hidden);
                }
            }
        }
    }

    private void relation(JsonNode range, Set<String> hidden) {
        QualifiedName relation = Nodes.relation(range);
        String name = range.has("alias") ? Nodes.text(range.path("alias"), "aliasname") : relation.name();
        names.add(name);
        if (relation.schema() != null || !hidden.contains(relation.name())) {
            reads.add(relation);
            relationNames.add(name);
        }
    }

    private void column(JsonNode reference) {
        JsonNode fields = reference.path("fields");
        if (fields.path(fields.size() - 1).has("A_Star")) {
            star = true;
        } else {
            columns.add(Nodes.words(fields));
        }
    }

    private void call(JsonNode call) {
        QualifiedName name = function(call);
        calls.add(new Call(name, call.path("args").size()));
        if (name.equals(QualifiedName.of("set_config"))) {
            settings.add(call);
        }
    }

    /** A built-in function may be called with its schema, and the grammar itself does that. */
    static QualifiedName function(JsonNode call) {
        QualifiedName name = Nodes.named(call.path("funcname"));
        return "pg_catalog".equals(name.schema()) ? QualifiedName.of(name.name()) : name;
    }

    private static String valueFunction(JsonNode node) {
        String name = Nodes.text(node, "op").replace("SVFOP_", "").toLowerCase(Locale.ROOT);
        return switch (name) {
            case "current_timestamp", "current_timestamp_n" -> "now";
            case "user" -> "current_user";
            default -> name.endsWith("_n") ? name.substring(0, name.length() - 2) : name;
        };
    }

    /** A query in WITH sees those before it, with RECURSIVE all; the statement itself sees all. */
    private void with(Place place) {
        JsonNode with = place.node.path("withClause");
        List<JsonNode> queries = Nodes.items(with.path("ctes")).map(each -> each.path("CommonTableExpr")).toList();
        Set<String> all = new HashSet<>(place.hidden);
        queries.forEach(each -> all.add(Nodes.text(each, "ctename")));
        children(place, all);
        Set<String> before = new HashSet<>(place.hidden);
        for (JsonNode query : queries) {
            Set<String> hidden = Nodes.flag(with, "recursive") ? all : Set.copyOf(before);
            var content = Nodes.content(query.path("ctequery"));
            if (content != null && RowActions.CHANGES.contains(content.getKey())) {
                changes.add(new Change(content.getKey(), content.getValue(), hidden));
            } else {
                open.push(new Place("", query.path("ctequery"), hidden));
            }
            before.add(Nodes.text(query, "ctename"));
        }
    }

    /** In the order in which they stand. */
    private void children(Place place, Set<String> hidden) {
        List<Place> children = new ArrayList<>();
        if (place.node.isArray()) {
            place.node.forEach(child -> children.add(new Place("", child, hidden)));
        } else {
            for (var field : place.node.properties()) {
                if (field.getValue().isContainer() && !field.getKey().equals("withClause")) {
                    children.add(new Place(field.getKey(), field.getValue(), hidden));
                }
            }
        }
        for (int i = children.size() - 1; i >= 0; i--) {
            open.push(children.get(i));
        }
    }
}
