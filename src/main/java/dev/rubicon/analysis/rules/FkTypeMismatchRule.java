package dev.rubicon.analysis.rules;

import static dev.rubicon.engine.facts.Identifiers.quote;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Action.CreateTable;
import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.Constraint;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema.ColumnState;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.engine.facts.Schema.Relation;
import dev.rubicon.engine.facts.TypeName;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A foreign key between columns of different types. */
final class FkTypeMismatchRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("fk-type-mismatch",
            "A foreign key between columns of different types", Severity.BLOCKING,
            "Between types of one family PostgreSQL casts at each comparison, and the narrower column is full before the "
                    + "wider one is. Between families it refuses the foreign key.",
            """
            CREATE TABLE users (id bigint PRIMARY KEY);
            CREATE TABLE orders (id bigint PRIMARY KEY, user_id integer REFERENCES users (id));
            """, """
            CREATE TABLE users (id bigint PRIMARY KEY);
            CREATE TABLE orders (id bigint PRIMARY KEY, user_id bigint REFERENCES users (id));
            """);
    private static final Map<String, String> SHORT_FORMS = Map.of("serial2", "int2", "serial4", "int4", "serial8",
            "int8",
            "bpchar", "text", "varchar", "text", "name", "text");
    /** Types of one family compare with each other; where a family is missing here, nothing is said. */
    private static final Map<String, String> FAMILIES = Map.ofEntries(Map.entry("int2", "numbers"),
            Map.entry("int4", "numbers"), Map.entry("int8", "numbers"), Map.entry("numeric", "numbers"),
            Map.entry("float4", "numbers"), Map.entry("float8", "numbers"), Map.entry("text", "texts"),
            Map.entry("uuid", "uuid"), Map.entry("bool", "bool"), Map.entry("bytea", "bytea"),
            Map.entry("date", "times"), Map.entry("timestamp", "times"), Map.entry("timestamptz", "times"));

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public Set<Class<? extends Action>> about() {
        return Set.of(CreateTable.class, Action.AddColumn.class, Action.AddConstraint.class);
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        for (ForeignKeys.Key key : ForeignKeys.of(judged)) {
            List<String> columns = key.constraint().columns();
            List<String> referenced = referenced(judged, key);
            for (int i = 0; i < Math.min(columns.size(), referenced.size()); i++) {
                judge(judged, key, columns.get(i), referenced.get(i), findings);
            }
        }
    }

    private static void judge(Judged judged, ForeignKeys.Key key, String column, String referenced, Findings findings) {
        TypeName own = type(judged, key, key.table(), column);
        TypeName other = type(judged, key, key.references(), referenced);
        String family = own == null ? null : FAMILIES.get(plain(own));
        String otherFamily = other == null ? null : FAMILIES.get(plain(other));
        if (own == null || other == null || family == null || otherFamily == null || plain(own).equals(plain(other))) {
            return;
        }
        boolean refused = !family.equals(otherFamily);
        findings.add(PAGE, refused ? Severity.BLOCKING : Severity.WARNING, judged, key.table() + "." + quote(column)
                + " is " + own.sql() + ", " + key.references() + "." + quote(referenced) + " is " + other.sql()
                + (refused ? ": the server refuses a foreign key between them" : ": each comparison casts"),
                safeForm(judged, key, column, own, other));
    }

    private static @Nullable String safeForm(Judged judged, ForeignKeys.Key key, String column, TypeName own,
            TypeName other) {
        String type = other.serial() ? other.name().equals("serial8") ? "bigint" : "integer" : other.sql();
        Column written = written(key, column);
        if (written == null) {
            return Sql.alter(key.table(), "ADD COLUMN " + quote(Sql.name(column, "new")) + " " + type);
        }
        String fixed = written.sql().replaceFirst(Pattern.quote(own.sql()), type);
        return judged.statement().sql().replace(written.sql(), fixed) + ";";
    }

    private static @Nullable Column written(ForeignKeys.Key key, String column) {
        if (key.column() != null) {
            return key.column();
        }
        return key.by() instanceof CreateTable create
                ? create.columns().stream().filter(each -> each.name().equals(column)).findFirst().orElse(null)
                : null;
    }

    private static @Nullable TypeName type(Judged judged, ForeignKeys.Key key, QualifiedName table, String column) {
        Column written = table.same(key.table()) ? written(key, column) : null;
        return written != null && written.name().equals(column)
                ? written.type()
                : judged.schema().relation(table).map(each -> each.columns().get(column)).map(ColumnState::type)
                        .orElse(null);
    }

    private static String plain(TypeName type) {
        boolean builtIn = type.schema() == null && !type.array();
        return builtIn ? SHORT_FORMS.getOrDefault(type.name(), type.name()) : "";
    }

    /** The columns as written, or the primary key of the table. */
    private static List<String> referenced(Judged judged, ForeignKeys.Key key) {
        if (!key.constraint().referencedColumns().isEmpty()) {
            return key.constraint().referencedColumns();
        }
        Optional<Relation> relation = judged.schema().relation(key.references());
        return relation.stream().flatMap(each -> each.constraints().values().stream()).map(ConstraintState::definition)
                .filter(each -> each.kind() == Constraint.Kind.PRIMARY_KEY).map(Constraint::columns).findFirst()
                .orElse(List.of());
    }
}
