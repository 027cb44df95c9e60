package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action.Volatility;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.TypeName;
import dev.rubicon.engine.postgres.CatalogRows.ConstraintRow;
import dev.rubicon.engine.postgres.CatalogRows.RoutineRow;
import dev.rubicon.engine.postgres.CatalogRows.TypeRow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Types and functions of a catalog. */
final class CatalogTypes {

    private static final Pattern MODIFIERS = Pattern.compile("\\(([0-9, ]+)\\)");

    private final Schema schema;
    private final CatalogExpressions expressions;

    CatalogTypes(Schema schema, CatalogExpressions expressions) {
        this.schema = schema;
        this.expressions = expressions;
    }

    void fill(CatalogRows rows) {
        Map<Long, List<Constraint>> checks = new HashMap<>();
        rows.domainChecks().stream().filter(each -> each.kind().equals("c")).forEach(
                each -> checks.computeIfAbsent(each.relation(), oid -> new ArrayList<>()).add(check(each)));
        for (TypeRow row : rows.types()) {
            schema.put(switch (row.kind()) {
                case "e" -> new Schema.EnumType(row.name(), row.values(), Set.of(), false);
                case "d" -> new Schema.Domain(row.name(),
                        type(row.baseSchema(), row.base(), row.array(), row.baseText()), row.notNull(),
                        checks.getOrDefault(row.oid(), List.of()), false);
                default -> new Schema.OtherType(row.name(), false);
            });
        }
        routines(rows.routines()).forEach(schema::put);
    }

    private Constraint check(ConstraintRow row) {
        Expression check = expressions.of(CatalogExpressions.check(row));
        return new Constraint(row.name(), Constraint.Kind.CHECK, List.copyOf(check.columns()), check, null, List.of(),
                !row.valid(), true, null, false, false, named(row));
    }

    /** As an author would write it. */
    static String named(ConstraintRow row) {
        return "CONSTRAINT " + Identifiers.quote(row.name()) + " " + row.text();
    }

    /** @param text as the server prints the type, its modifiers in parentheses */
    static TypeName type(String schema, String name, boolean array, String text) {
        Matcher modifiers = MODIFIERS.matcher(text);
        List<Integer> numbers = modifiers.find()
                ? Arrays.stream(modifiers.group(1).split(",")).map(each -> Integer.valueOf(each.strip())).toList()
                : List.of();
        return new TypeName(schema.equals("pg_catalog") ? null : schema, name, numbers, array, text);
    }

    private static List<Schema.Routine> routines(List<RoutineRow> rows) {
        Map<QualifiedName, List<RoutineRow>> byName = new LinkedHashMap<>();
        rows.forEach(each -> byName.computeIfAbsent(each.name(), name -> new ArrayList<>()).add(each));
        return byName.entrySet().stream().map(each -> routine(each.getKey(), each.getValue())).toList();
    }

    private static Schema.Routine routine(QualifiedName name, List<RoutineRow> rows) {
        Map<Integer, Volatility> byArguments = new HashMap<>();
        rows.forEach(each -> byArguments.merge(each.arguments(), volatility(each.volatility()),
                (one, other) -> one.compareTo(other) > 0 ? one : other));
        @Nullable
        String definition = rows.size() == 1 ? rows.getFirst().definition() : null;
        return new Schema.Routine(name, byArguments, definition);
    }

    private static Volatility volatility(String letter) {
        return switch (letter) {
            case "i" -> Volatility.IMMUTABLE;
            case "s" -> Volatility.STABLE;
            default -> Volatility.VOLATILE;
        };
    }
}
