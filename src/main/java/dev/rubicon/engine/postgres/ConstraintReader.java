package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.Constraint.Kind;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.postgres.Wording.Range;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads constraints of tables, columns and domains. */
final class ConstraintReader {

    private final Wording wording;
    private final ExpressionReader expressions;

    ConstraintReader(Wording wording) {
        this.wording = wording;
        this.expressions = new ExpressionReader(wording);
    }

    /** What is said behind a constraint of a column. */
    record Attributes(boolean deferrable, boolean notEnforced) {
        static final Attributes NONE = new Attributes(false, false);
    }

    /** A constraint that stands by itself in a list; empty for what demands nothing, like the grammar's dummies. */
    Optional<Constraint> inList(JsonNode tree) {
        int first = wording.at(tree);
        return read(tree, List.of(), Attributes.NONE, new Range(first, wording.end(first)));
    }

    /**
     * @param columns of the column that it stands at; empty elsewhere
     * @param range where it is written
     */
    Optional<Constraint> read(JsonNode tree, List<String> columns, Attributes attributes, Range range) {
        return kind(tree).map(kind -> {
            Expression check = kind == Kind.CHECK
                    ? expressions.read(tree.path("raw_expr"), wording.inParentheses(range.first()))
                    : null;
            boolean enforced = !attributes.notEnforced && enforced(kind, tree);
            return new Constraint(Nodes.textOrNull(tree, "conname"), kind, columns(kind, tree, columns, check), check,
                    kind == Kind.FOREIGN_KEY ? Nodes.relation(tree.path("pktable")) : null,
                    Nodes.words(tree.path("pk_attrs")), Nodes.flag(tree, "skip_validation") || !enforced, enforced,
                    Nodes.textOrNull(tree, "indexname"), attributes.deferrable || Nodes.flag(tree, "deferrable"),
                    Nodes.flag(tree, "nulls_not_distinct"), wording.text(range));
        });
    }

    private static Optional<Kind> kind(JsonNode tree) {
        return Optional.ofNullable(switch (Nodes.text(tree, "contype")) {
            case "CONSTR_PRIMARY" -> Kind.PRIMARY_KEY;
            case "CONSTR_UNIQUE" -> Kind.UNIQUE;
            case "CONSTR_CHECK" -> Kind.CHECK;
            case "CONSTR_FOREIGN" -> Kind.FOREIGN_KEY;
            case "CONSTR_EXCLUSION" -> Kind.EXCLUDE;
            case "CONSTR_NOTNULL" -> Kind.NOT_NULL;
            default -> null;
        });
    }

    /** Only of these two the tree says it. */
    private static boolean enforced(Kind kind, JsonNode tree) {
        return kind != Kind.CHECK && kind != Kind.FOREIGN_KEY || Nodes.flag(tree, "is_enforced");
    }

    private static List<String> columns(Kind kind, JsonNode tree, List<String> given, @Nullable Expression check) {
        return switch (kind) {
            case CHECK -> check == null ? List.of() : List.copyOf(check.columns());
            case FOREIGN_KEY -> tree.has("fk_attrs") ? Nodes.words(tree.path("fk_attrs")) : given;
            case PRIMARY_KEY, UNIQUE, NOT_NULL -> tree.has("keys") ? Nodes.words(tree.path("keys")) : given;
            case EXCLUDE -> excluded(tree.path("exclusions"));
        };
    }

    private static List<String> excluded(JsonNode exclusions) {
        return Nodes.items(exclusions).map(each -> each.path("List").path("items").path(0).path("IndexElem"))
                .flatMap(element -> element.has("name")
                        ? Stream.of(Nodes.text(element, "name"))
                        : new TreeScan(element).columns().stream().map(List::getLast))
                .distinct().toList();
    }
}
