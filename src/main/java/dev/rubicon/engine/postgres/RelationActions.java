package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.Persistence;
import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Reads what makes relations: CREATE TABLE, INDEX and VIEW, each with a query or without. */
final class RelationActions {

    private final Wording wording;
    private final ColumnReader columns;
    private final ConstraintReader constraints;
    private final ExpressionReader expressions;

    RelationActions(Wording wording) {
        this.wording = wording;
        this.columns = new ColumnReader(wording);
        this.constraints = new ConstraintReader(wording);
        this.expressions = new ExpressionReader(wording);
    }

    Action table(JsonNode tree) {
        JsonNode relation = tree.path("relation");
        boolean partition = tree.has("partbound");
        List<QualifiedName> parents = Nodes.relations(tree.path("inhRelations"));
        List<Constraint> demands = elements(tree, "Constraint").flatMap(each -> constraints.inList(each).stream())
                .toList();
        return new Action.CreateTable(Nodes.relation(relation), columns(tree, demands), demands,
                elements(tree, "TableLikeClause").map(each -> Nodes.relation(each.path("relation"))).toList(),
                partition ? List.of() : parents, partition && !parents.isEmpty() ? parents.getFirst() : null,
                Nodes.flag(tree.path("partbound"), "is_default"), tree.has("partspec"), persistence(relation),
                Nodes.flag(tree, "if_not_exists"), false, List.of());
    }

    private static Stream<JsonNode> elements(JsonNode tree, String node) {
        return Nodes.items(tree.path("tableElts")).filter(each -> each.has(node)).map(each -> each.path(node));
    }

    /** What the table demands of a column counts as written at the column. */
    private List<Column> columns(JsonNode tree, List<Constraint> demands) {
        Set<String> notNull = new HashSet<>();
        demands.stream().filter(
                each -> each.kind() == Constraint.Kind.PRIMARY_KEY || each.kind() == Constraint.Kind.NOT_NULL)
                .forEach(each -> notNull.addAll(each.columns()));
        return elements(tree, "ColumnDef").map(columns::column)
                .map(each -> notNull.contains(each.name()) ? notNull(each) : each).toList();
    }

    private static Column notNull(Column column) {
        return new Column(column.name(), column.type(), true, column.defaultValue(), column.generated(),
                column.identity(), column.collation(), column.constraints(), column.sql());
    }

    static Persistence persistence(JsonNode relation) {
        boolean temporary = Nodes.text(relation, "schemaname").equals("pg_temp");
        return switch (Nodes.text(relation, "relpersistence")) {
            case "t" -> Persistence.TEMPORARY;
            case "u" -> Persistence.UNLOGGED;
            default -> temporary ? Persistence.TEMPORARY : Persistence.PERMANENT;
        };
    }

    /** CREATE TABLE AS and CREATE MATERIALIZED VIEW. */
    Action tableAs(JsonNode tree) {
        JsonNode into = tree.path("into");
        boolean ifNotExists = Nodes.flag(tree, "if_not_exists");
        if (Nodes.text(tree, "objtype").equals("OBJECT_MATVIEW")) {
            return view(Nodes.relation(into.path("rel")), tree.path("query"), true, false, ifNotExists);
        }
        return filled(into, new TreeScan(tree.path("query")), ifNotExists);
    }

    /** SELECT … INTO. */
    static Action selectInto(JsonNode tree) {
        return filled(tree.path("intoClause"), new TreeScan(tree), false);
    }

    private static Action filled(JsonNode into, TreeScan query, boolean ifNotExists) {
        JsonNode relation = into.path("rel");
        return new Action.CreateTable(Nodes.relation(relation), List.of(), List.of(), List.of(), List.of(), null, false,
                false, persistence(relation), ifNotExists, !Nodes.flag(into, "skipData"), query.reads());
    }

    static Action view(JsonNode tree) {
        return view(Nodes.relation(tree.path("view")), tree.path("query"), false, Nodes.flag(tree, "replace"), false);
    }

    private static Action view(QualifiedName name, JsonNode query, boolean materialized, boolean orReplace,
            boolean ifNotExists) {
        TreeScan scan = new TreeScan(query);
        Set<String> columns = new LinkedHashSet<>();
        scan.columns().stream()
                .filter(parts -> parts.size() < 2 || scan.relationNames().contains(parts.get(parts.size() - 2)))
                .forEach(parts -> columns.add(parts.getLast()));
        return new Action.CreateView(name, materialized, orReplace, ifNotExists, scan.reads(), columns, scan.star());
    }

    Action index(JsonNode tree) {
        JsonNode relation = tree.path("relation");
        QualifiedName table = Nodes.relation(relation);
        // an index lies in the schema of its table
        QualifiedName name = tree.has("idxname") ? table.sibling(Nodes.text(tree, "idxname")) : null;
        String method = Nodes.text(tree, "accessMethod");
        return new Action.CreateIndex(name, table, keys(tree, wording.list(wording.at(relation))),
                Nodes.items(tree.path("indexIncludingParams"))
                        .map(each -> Nodes.text(each.path("IndexElem"), "name")).toList(),
                tree.has("whereClause") ? expressions.behind("where", tree.path("whereClause")) : null,
                method.isEmpty() ? "btree" : method, Nodes.flag(tree, "unique"), Nodes.flag(tree, "nulls_not_distinct"),
                Nodes.flag(tree, "concurrent"), Nodes.flag(tree, "if_not_exists"), !Nodes.flag(relation, "inh"));
    }

    private List<String> keys(JsonNode tree, List<Wording.Range> written) {
        JsonNode elements = tree.path("indexParams");
        return IntStream.range(0, elements.size()).mapToObj(i -> {
            JsonNode element = elements.path(i).path("IndexElem");
            return element.has("name") || i >= written.size()
                    ? Nodes.text(element, "name")
                    : key(written.get(i).first(), written.get(i).end());
        }).toList();
    }

    /** An expression in parentheses or a call, without its operator class and order. */
    private String key(int first, int end) {
        for (int i = first; i < end; i++) {
            if (wording.is(i, '(')) {
                return wording.text(first, Math.min(end, wording.closing(i) + 1));
            }
        }
        return wording.text(first, end);
    }
}
