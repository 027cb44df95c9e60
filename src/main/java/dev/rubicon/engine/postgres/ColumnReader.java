package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.Column.Generated;
import dev.rubicon.engine.facts.Column.Identity;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.TypeName;
import dev.rubicon.engine.postgres.ConstraintReader.Attributes;
import dev.rubicon.engine.postgres.Wording.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads definitions of columns. */
final class ColumnReader {

    private static final Set<String> NOT_NULL = Set.of("CONSTR_NOTNULL", "CONSTR_PRIMARY", "CONSTR_IDENTITY");

    private final Wording wording;
    private final ExpressionReader expressions;
    private final ConstraintReader constraints;

    ColumnReader(Wording wording) {
        this.wording = wording;
        this.expressions = new ExpressionReader(wording);
        this.constraints = new ConstraintReader(wording);
    }

    /** @param tree one constraint, its kind, what is said behind it, and where it stands */
    record Part(JsonNode tree, String kind, Attributes attributes, Range range) {}

    /** @param tree the content of a ColumnDef */
    Column column(JsonNode tree) {
        int first = wording.at(tree);
        Range whole = new Range(first, wording.end(first));
        String name = Nodes.text(tree, "colname");
        List<Part> parts = parts(tree, whole.end());
        TypeName type = type(tree);
        boolean notNull = parts.stream().anyMatch(part -> NOT_NULL.contains(part.kind))
                || type != null && type.serial();
        return new Column(name, type, notNull, defaultValue(parts), generated(parts), identity(parts),
                collation(tree), demands(parts, List.of(name)), wording.text(whole));
    }

    /** The type of a column, without what may follow it. */
    @Nullable
    TypeName type(JsonNode column) {
        JsonNode tree = column.path("typeName");
        if (tree.isMissingNode()) {
            return null;
        }
        int first = wording.at(tree);
        int end = wording.end(first, "collate", "using", "storage", "compression", "options");
        for (JsonNode each : column.path("constraints")) {
            int constraint = wording.at(each.path("Constraint"));
            end = constraint > first ? Math.min(end, constraint) : end;
        }
        return TypeReader.read(tree, wording.text(first, end));
    }

    static @Nullable String collation(JsonNode column) {
        JsonNode name = column.path("collClause").path("collname");
        return name.isEmpty() ? null : Nodes.words(name).getLast();
    }

    /** The constraints at a column or domain, each with the attributes behind it. */
    List<Part> parts(JsonNode owner, int end) {
        List<Part> parts = new ArrayList<>();
        int next = end;
        int collation = wording.at(owner.path("collClause"));
        Attributes attributes = Attributes.NONE;
        for (int i = owner.path("constraints").size() - 1; i >= 0; i--) {
            JsonNode tree = owner.path("constraints").path(i).path("Constraint");
            String kind = Nodes.text(tree, "contype");
            if (kind.startsWith("CONSTR_ATTR_")) {
                attributes = with(attributes, kind);
                continue;
            }
            int first = wording.at(tree);
            int stop = collation > first && collation < next ? collation : next;
            parts.addFirst(new Part(tree, kind, attributes, new Range(first, stop)));
            next = first >= 0 ? first : next;
            attributes = Attributes.NONE;
        }
        return parts;
    }

    private static Attributes with(Attributes known, String kind) {
        return new Attributes(
                known.deferrable() || kind.equals("CONSTR_ATTR_DEFERRABLE") || kind.equals("CONSTR_ATTR_DEFERRED"),
                known.notEnforced() || kind.equals("CONSTR_ATTR_NOT_ENFORCED"));
    }

    List<Constraint> demands(List<Part> parts, List<String> columns) {
        return parts.stream().filter(part -> !part.kind.equals("CONSTR_NOTNULL"))
                .flatMap(part -> constraints.read(part.tree, columns, part.attributes, part.range).stream()).toList();
    }

    private @Nullable Expression defaultValue(List<Part> parts) {
        for (Part part : parts) {
            if (part.kind.equals("CONSTR_DEFAULT")) {
                // CONSTRAINT and a name may stand before DEFAULT
                int first = part.range.first() + (wording.is(part.range.first(), "constraint") ? 3 : 1);
                return expressions.read(part.tree.path("raw_expr"), new Range(first, part.range.end()));
            }
        }
        return null;
    }

    private @Nullable Generated generated(List<Part> parts) {
        for (Part part : parts) {
            if (part.kind.equals("CONSTR_GENERATED")) {
                return new Generated(Nodes.text(part.tree, "generated_kind").equals("s"),
                        expressions.read(part.tree.path("raw_expr"), wording.inParentheses(part.range.first())));
            }
        }
        return null;
    }

    private static @Nullable Identity identity(List<Part> parts) {
        for (Part part : parts) {
            if (part.kind.equals("CONSTR_IDENTITY")) {
                return Nodes.text(part.tree, "generated_when").equals("a") ? Identity.ALWAYS : Identity.BY_DEFAULT;
            }
        }
        return null;
    }
}
