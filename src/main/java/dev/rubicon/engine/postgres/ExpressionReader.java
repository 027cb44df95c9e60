package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads values and conditions. */
final class ExpressionReader {

    /** The row that ON CONFLICT refused: its columns are not those of the table. */
    private static final String REFUSED_ROW = "excluded";

    private final Wording wording;
    private final Set<String> others;

    ExpressionReader(Wording wording) {
        this(wording, Set.of());
    }

    /** @param others names of relations whose columns are not those of the table that the expressions are about */
    ExpressionReader(Wording wording, Set<String> others) {
        this.wording = wording;
        this.others = others;
    }

    Expression read(JsonNode tree, Wording.Range range) {
        return read(tree, wording.text(range));
    }

    /**
     * An expression behind a key word.
     *
     * @param word the key word before it, in lower case
     * @param ends words that end it, besides commas and closing parentheses
     */
    Expression behind(String word, JsonNode tree, String... ends) {
        int first = wording.behindWord(word, wording.leftmost(tree));
        return read(tree, wording.text(first, wording.end(first, ends)));
    }

    /** An expression behind AS, without the parentheses that have to be around it. */
    Expression inParentheses(JsonNode tree) {
        return read(tree, wording.inParentheses(wording.behindWord("as", wording.leftmost(tree))));
    }

    Expression read(JsonNode tree, String sql) {
        TreeScan scan = new TreeScan(tree);
        Set<String> columns = new LinkedHashSet<>();
        scan.columns().stream().filter(parts -> parts.size() < 2 || own(parts.get(parts.size() - 2), scan))
                .forEach(parts -> columns.add(parts.getLast()));
        return new Expression(sql, Collections.unmodifiableSet(columns), scan.calls(), scan.constant(),
                demandsNotNull(tree));
    }

    /** Whether the qualifier is not that of a relation in a query inside, or of another one outside. */
    private boolean own(String qualifier, TreeScan scan) {
        return !qualifier.equals(REFUSED_ROW) && !others.contains(qualifier) && !scan.names().contains(qualifier);
    }

    private static Set<String> demandsNotNull(JsonNode tree) {
        Set<String> columns = new LinkedHashSet<>();
        Deque<JsonNode> conditions = new ArrayDeque<>();
        conditions.add(tree);
        while (!conditions.isEmpty()) {
            JsonNode condition = conditions.remove();
            JsonNode chain = condition.path("BoolExpr");
            if (Nodes.text(chain, "boolop").equals("AND_EXPR")) {
                chain.path("args").forEach(conditions::add);
            } else if (Nodes.text(chain, "boolop").equals("NOT_EXPR")) {
                nullTest(chain.path("args").path(0), "IS_NULL", columns);
            } else {
                nullTest(condition, "IS_NOT_NULL", columns);
                counted(condition.path("A_Expr"), columns);
            }
        }
        return Collections.unmodifiableSet(columns);
    }

    private static void nullTest(JsonNode condition, String type, Set<String> columns) {
        JsonNode test = condition.path("NullTest");
        if (Nodes.text(test, "nulltesttype").equals(type)) {
            column(test.path("arg"), columns);
            if (type.equals("IS_NOT_NULL")) {
                test.path("arg").path("RowExpr").path("args").forEach(each -> column(each, columns));
            }
        }
    }

    /** num_nonnulls(a, b) = 2, or num_nulls(a, b) = 0. */
    private static void counted(JsonNode comparison, Set<String> columns) {
        JsonNode call = comparison.path("lexpr").path("FuncCall");
        JsonNode number = comparison.path("rexpr").path("A_Const").path("ival");
        if (!Nodes.words(comparison.path("name")).equals(List.of("=")) || number.isMissingNode()
                || call.isMissingNode()) {
            return;
        }
        QualifiedName function = TreeScan.function(call);
        int demanded = number.path("ival").asInt(0);
        if (function.equals(QualifiedName.of("num_nonnulls")) && demanded == call.path("args").size()
                || function.equals(QualifiedName.of("num_nulls")) && demanded == 0) {
            call.path("args").forEach(each -> column(each, columns));
        }
    }

    private static void column(JsonNode node, Set<String> columns) {
        JsonNode fields = node.path("ColumnRef").path("fields");
        String name = Nodes.word(fields.path(fields.size() - 1));
        if (!name.isEmpty()) {
            columns.add(name);
        }
    }
}
