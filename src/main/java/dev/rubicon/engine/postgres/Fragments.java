package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;

/**
 * Reads the pieces of SQL that a backfill or an index is made of. Each is parsed inside a statement in which only that piece could
 * have its place: what comes back can be embedded as it is, and cannot hold a second statement or another clause.
 */
@Component
class Fragments {

    private static final Set<String> BARE_SELECT = Set.of("targetList", "limitOption", "op");
    private static final Set<String> SELECT_FROM = Set.of("targetList", "fromClause", "limitOption", "op");

    private static final Set<String> PLAIN_INDEX = Set.of("relation", "accessMethod", "indexParams");

    private final Scripts scripts;

    Fragments(Scripts scripts) {
        this.scripts = scripts;
    }

    /** A piece is not what it should be. */
    static final class Refused extends RuntimeException {
        Refused(String message) {
            super(message);
        }
    }

    /** A table's name as the author wrote it. */
    record TableName(@Nullable String schema, String name) {
        String sql() {
            return Identifiers.qualified(schema, name);
        }
    }

    /** An expression or condition in parentheses. */
    String expression(String what, String sql) {
        String wrapped = wrapped(sql);
        JsonNode select = only(what, sql, "SELECT " + wrapped, "SelectStmt");
        if (!BARE_SELECT.containsAll(select.propertyNames()) || select.path("targetList").size() != 1
                || select.path("targetList").path(0).path("ResTarget").has("name")) {
            throw refused(what, sql, "is not one SQL expression");
        }
        return wrapped;
    }

    /** Whether an expression asks a query of its own. */
    boolean hasSubquery(String sql) {
        List<JsonNode> nodes = everyNode(scripts.trees("SELECT " + wrapped(sql)).getFirst().tree());
        return nodes.stream().anyMatch(node -> node.has("SubLink"));
    }

    /** The last names of all functions that an expression calls. */
    List<String> functions(String sql) {
        return everyNode(scripts.trees("SELECT " + wrapped(sql)).getFirst().tree()).stream()
                .map(node -> node.path("funcname")).filter(name -> !name.isEmpty())
                .map(name -> name.path(name.size() - 1).path("String").path("sval").asString("")).toList();
    }

    /** The last names of all columns that an expression reads. */
    List<String> columns(String sql) {
        return everyNode(scripts.trees("SELECT " + wrapped(sql)).getFirst().tree()).stream()
                .map(node -> node.path("ColumnRef").path("fields")).filter(name -> !name.isEmpty())
                .map(name -> name.path(name.size() - 1).path("String").path("sval").asString("")).toList();
    }

    /**
     * The names of all columns that an expression reads, as they are written: {@code a.b} is two of them, and a star the
     * last. A row as a whole is the name of its table.
     */
    List<List<String>> references(String sql) {
        return everyNode(scripts.trees("SELECT " + wrapped(sql)).getFirst().tree()).stream()
                .map(node -> node.path("ColumnRef").path("fields")).filter(name -> !name.isEmpty())
                .map(name -> name.valueStream().map(part -> part.path("String").path("sval").asString("*")).toList())
                .toList();
    }

    /** The last name of the column that an expression is, if it is nothing but that. */
    Optional<String> column(String sql) {
        JsonNode name = scripts.trees("SELECT " + wrapped(sql)).getFirst().tree().path("targetList").path(0)
                .path("ResTarget").path("val").path("ColumnRef").path("fields");
        return name.isEmpty()
                ? Optional.empty()
                : Optional.of(name.path(name.size() - 1).path("String").path("sval").asString("*"));
    }

    /** Whether a condition is a conjunction as a whole. */
    boolean conjoins(String sql) {
        return scripts.trees("SELECT " + wrapped(sql)).getFirst().tree().path("targetList").path(0).path("ResTarget")
                .path("val").path("BoolExpr").path("boolop").asString("").equals("AND_EXPR");
    }

    /** Whether a text is one expression. */
    boolean isExpression(String sql) {
        try {
            expression("where", sql);
            return true;
        } catch (Refused e) {
            return false;
        }
    }

    /** A table that a backfill joins, and the name that it has there. */
    record Joined(TableName table, String alias) {}

    /** The tables of a list as it may stand after FROM; null where it holds something else, like a query of its own. */
    @Nullable
    List<Joined> joined(String from) {
        List<Joined> tables = new ArrayList<>();
        for (JsonNode item : only("from", from, "SELECT 1 FROM " + from + "\n", "SelectStmt").path("fromClause")) {
            if (!join(item, tables)) {
                return null;
            }
        }
        return tables;
    }

    private static boolean join(JsonNode item, List<Joined> tables) {
        JsonNode join = item.path("JoinExpr");
        if (!join.isMissingNode()) {
            return !join.has("alias") && join(join.path("larg"), tables) && join(join.path("rarg"), tables);
        }
        JsonNode table = item.path("RangeVar");
        if (table.isMissingNode() || table.has("catalogname")) {
            return false;
        }
        String name = table.path("relname").asString("");
        tables.add(new Joined(new TableName(table.has("schemaname") ? table.path("schemaname").asString("") : null,
                name), table.path("alias").path("aliasname").asString(name)));
        return true;
    }

    /** A list of tables as it may stand after FROM. */
    String from(String sql) {
        JsonNode select = only("from", sql, "SELECT 1 FROM " + sql + "\n", "SelectStmt");
        if (!SELECT_FROM.containsAll(select.propertyNames())) {
            throw refused("from", sql, "is not a table with its alias");
        }
        return sql.contains("--") ? sql + "\n" : sql;
    }

    TableName table(String what, String sql) {
        JsonNode select = only(what, sql, "SELECT 1 FROM " + sql + "\n", "SelectStmt");
        JsonNode table = select.path("fromClause").path(0).path("RangeVar");
        if (!SELECT_FROM.containsAll(select.propertyNames()) || select.path("fromClause").size() != 1
                || !table.has("relname") || table.has("alias") || table.has("catalogname")) {
            throw refused(what, sql, "is not the name of a table");
        }
        return new TableName(table.has("schemaname") ? table.path("schemaname").asString("") : null,
                table.path("relname").asString(""));
    }

    /** One element of an index: a column or expression, with what may follow it there. */
    String indexElement(String what, String sql) {
        JsonNode index = only(what, sql, "CREATE INDEX ON t (" + sql + "\n)", "IndexStmt");
        if (!PLAIN_INDEX.containsAll(index.propertyNames()) || index.path("indexParams").size() != 1) {
            throw refused(what, sql, "is not one element of an index");
        }
        return sql.contains("--") ? sql + "\n" : sql.strip();
    }

    /** A name that stands for itself, as PostgreSQL reads and cuts it. */
    String name(String what, String sql) {
        TableName name = table(what, sql);
        if (name.schema != null) {
            throw refused(what, sql, "is not a name alone");
        }
        return name.name;
    }

    /** What follows ON CONFLICT; the words themselves may be there. */
    String onConflict(String sql) {
        String clause = sql.strip().replaceFirst("(?i)^on\\s+conflict\\s+", "");
        JsonNode insert = only("onConflict", sql, "INSERT INTO t SELECT 1 ON CONFLICT " + clause + "\n", "InsertStmt");
        if (!insert.has("onConflictClause") || insert.has("returningList") || insert.has("returningClause")) {
            throw refused("onConflict", sql, "is not what may follow ON CONFLICT");
        }
        return clause;
    }

    /**
     * What happens to a row whose key is there already.
     *
     * @param nothing whether the other row stays as it is
     * @param key columns that the two rows share; empty where a constraint is named, or nothing at all
     * @param constraint that they would violate, or null
     * @param plain whether the key is made of columns alone, over the whole table
     * @param taken columns that the other row takes over as they are
     * @param conditional whether it does so under a condition
     */
    record Conflict(boolean nothing, List<String> key, @Nullable String constraint, boolean plain, Set<String> taken,
            boolean conditional) {}

    /** @param clause as {@link #onConflict} answers it */
    Conflict conflict(String clause) {
        JsonNode conflict = only("onConflict", clause, "INSERT INTO t SELECT 1 ON CONFLICT " + clause + "\n",
                "InsertStmt").path("onConflictClause");
        JsonNode infer = conflict.path("infer");
        List<String> key = infer.path("indexElems").valueStream()
                .map(element -> element.path("IndexElem").path("name").asString("")).toList();
        return new Conflict(conflict.path("action").asString("").equals("ONCONFLICT_NOTHING"), key,
                infer.has("conname") ? infer.path("conname").asString("") : null,
                !key.contains("") && !infer.has("whereClause"),
                conflict.path("targetList").valueStream().map(target -> target.path("ResTarget"))
                        .filter(Fragments::isTaken).map(target -> target.path("name").asString(""))
                        .collect(Collectors.toSet()),
                conflict.has("whereClause"));
    }

    /** {@code c = excluded.c} */
    private static boolean isTaken(JsonNode assignment) {
        JsonNode value = assignment.path("val").path("ColumnRef").path("fields");
        return value.size() == 2 && value.path(0).path("String").path("sval").asString("").equals("excluded")
                && value.path(1).path("String").path("sval").asString("").equals(assignment.path("name").asString(""));
    }

    /** Whether an expression looks at a table of this name. */
    boolean looksAt(String sql, String table) {
        return everyNode(scripts.trees("SELECT " + wrapped(sql)).getFirst().tree()).stream()
                .anyMatch(node -> node.path("RangeVar").path("relname").asString("").equals(table));
    }

    /** The names of all relations in a script, as to_regclass takes them. */
    List<String> relations(String script) {
        List<String> names = new ArrayList<>();
        for (Scripts.Parsed statement : scripts.trees(script)) {
            everyNode(statement.tree()).stream().filter(node -> node.has("relname"))
                    .map(node -> Identifiers.qualified(
                            node.has("schemaname") ? node.path("schemaname").asString("") : null,
                            node.path("relname").asString("")))
                    .forEach(names::add);
            if (statement.node().equals("DropStmt")) {
                for (JsonNode object : statement.tree().path("objects")) {
                    List<String> parts = new ArrayList<>();
                    object.path("List").path("items")
                            .forEach(part -> parts
                                    .add(Identifiers.quote(part.path("String").path("sval").asString(""))));
                    names.add(String.join(".", parts));
                }
            }
        }
        return names.stream().distinct().filter(name -> !name.isEmpty()).toList();
    }

    /** The tree as a list; not by recursion, which a long expression would take too deep. */
    private static List<JsonNode> everyNode(JsonNode root) {
        List<JsonNode> nodes = new ArrayList<>(List.of(root));
        for (int i = 0; i < nodes.size(); i++) {
            nodes.get(i).forEach(nodes::add);
        }
        return nodes;
    }

    private JsonNode only(String what, String sql, String statement, String node) {
        List<Scripts.Parsed> trees;
        try {
            trees = scripts.trees(statement);
        } catch (PgQuery.SyntaxException | Grammar.Overtaxed e) {
            throw refused(what, sql, "cannot be parsed: " + e.getMessage());
        }
        if (trees.size() != 1 || !trees.getFirst().node().equals(node)) {
            throw refused(what, sql, "holds more than it may");
        }
        return trees.getFirst().tree();
    }

    private static Refused refused(String what, String sql, String why) {
        return new Refused("'%s' of the step %s: %s".formatted(what, why, sql.strip()));
    }

    /** A comment to the line's end would swallow the parenthesis. */
    private static String wrapped(String sql) {
        return "(" + sql.strip() + (sql.contains("--") ? "\n)" : ")");
    }
}
