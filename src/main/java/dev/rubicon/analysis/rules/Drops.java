package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.engine.facts.Schema.Relation;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The foreign keys that go away with a constraint, a column or a table: each locks the table that it references. */
final class Drops {

    /** How the server, and most people, name foreign keys. */
    private static final Pattern LIKE_A_KEY = Pattern.compile("(^|_)(fk|fkey|foreign)(_|$)|^fk",
            Pattern.CASE_INSENSITIVE);

    private Drops() {}

    static Optional<ConstraintState> constraint(Judged judged, Action.DropConstraint drop) {
        return judged.schema().relation(drop.table()).map(each -> each.constraints().get(drop.constraint()));
    }

    /** Whether it is a foreign key, or nothing is known of it but a name like that of one. */
    static boolean key(Judged judged, Action.DropConstraint drop) {
        return constraint(judged, drop).map(each -> each.definition().kind() == Constraint.Kind.FOREIGN_KEY)
                .orElseGet(() -> LIKE_A_KEY.matcher(drop.constraint()).find());
    }

    /** The tables in use that are locked since a foreign key of the table goes away, as far as they are known. */
    static List<QualifiedName> parents(Judged judged, Action action) {
        return switch (action) {
            case Action.DropConstraint drop -> others(judged, drop.table(), constraint(judged, drop).stream());
            case Action.DropColumn drop -> others(judged, drop.table(), all(judged, drop.table())
                    .filter(each -> each.definition().columns().contains(drop.column())));
            case Action.Drop drop when drop.kind() == Action.ObjectKind.TABLE -> drop.names().stream()
                    .flatMap(table -> others(judged, table, all(judged, table)).stream())
                    .filter(parent -> drop.names().stream().noneMatch(parent::same)).distinct().toList();
            default -> List.of();
        };
    }

    private static Stream<ConstraintState> all(Judged judged, QualifiedName table) {
        return judged.schema().relation(table).map(Relation::constraints).stream()
                .flatMap(each -> each.values().stream());
    }

    private static List<QualifiedName> others(Judged judged, QualifiedName table, Stream<ConstraintState> constraints) {
        return constraints.map(each -> each.definition().references()).filter(each -> each != null)
                .filter(parent -> !parent.same(table) && !Ground.quiet(judged, parent)).map(Ground::shown).distinct()
                .toList();
    }
}
