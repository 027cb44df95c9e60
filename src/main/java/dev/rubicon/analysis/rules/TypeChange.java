package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Action.AlterType;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.TypeName;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What it costs to change a column's type, by the old type and the new one. */
enum TypeChange {
    /** The catalog changes, no row does. */
    FREE,
    /** No row changes, but indexes on the column are built anew. */
    INDEXES,
    /** Between timestamp and timestamptz: every row changes, unless the time zone is UTC, where indexes do alone. */
    TIME_ZONE,
    /** Every row is written anew. */
    REWRITE,
    /** The old type is not known, and it decides. */
    UNKNOWN;

    /** Binary the same, with other operators: the pair in both directions. */
    private static final Set<Set<String>> OTHER_OPERATORS = Set.of(Set.of("int4", "oid"), Set.of("int4", "regclass"),
            Set.of("oid", "regclass"), Set.of("text", "citext"), Set.of("varchar", "citext"));
    private static final Set<Set<String>> ZONES = Set.of(Set.of("timestamp", "timestamptz"));
    private static final Set<String> FREELY_TO_TEXT = Set.of("text", "varchar", "xml");
    private static final Set<String> WIDER = Set.of("cidr inet", "bit varbit");
    private static final Set<String> TEXTS = Set.of("text", "varchar");
    /** New types that an old one often is widened to without a rewrite. */
    private static final Set<String> OFTEN_FREE = Set.of("text", "varchar", "numeric", "varbit", "inet", "interval",
            "time", "timetz", "citext");
    private static final Set<String> UTC = Set.of("utc", "gmt", "etc/utc", "etc/gmt", "zulu", "uct", "0", "+00:00");
    /** The finest precision of times; without a modifier it is this one. */
    private static final int FINEST = 6;

    /** What the statement costs, were it run now. */
    static TypeChange of(Judged judged, AlterType change) {
        TypeName old = oldType(judged, change);
        if (!plain(change)) {
            return REWRITE;
        }
        TypeName to = base(judged.schema(), change.type());
        if (to == null) {
            return REWRITE;
        }
        TypeName from = old == null ? null : domainBase(judged.schema(), old);
        TypeChange cost = from == null ? unknown(to) : known(from, to);
        if (cost == TIME_ZONE && utc(judged.schema().setting("timezone"))) {
            return INDEXES;
        }
        return cost == FREE && change.collation() != null ? INDEXES : cost;
    }

    /** The type that the column has now, or null where nobody said it. */
    static @Nullable TypeName oldType(Judged judged, AlterType change) {
        return Weighing.column(judged, change.table(), change.column()).map(Schema.ColumnState::type).orElse(null);
    }

    private static boolean utc(@Nullable String zone) {
        return zone != null && UTC.contains(zone.toLowerCase(Locale.ROOT));
    }

    /** USING that says no more than the column itself, cast to the new type or not, is no computation. */
    private static boolean plain(AlterType change) {
        Expression using = change.using();
        if (using == null) {
            return true;
        }
        String column = "\\(*\\s*\"?" + Pattern.quote(change.column()) + "\"?\\s*\\)*";
        String type = "\\s*" + Pattern.quote(change.type().sql()) + "\\s*\\)*";
        return Pattern.compile(column + "(::" + type + ")?|CAST\\s*\\(\\s*" + column + "\\s+AS" + type,
                Pattern.CASE_INSENSITIVE).matcher(using.sql().strip()).matches();
    }

    /** The type under unconstrained domains, or null where a constrained one makes the server check every row. */
    private static @Nullable TypeName base(Schema schema, TypeName type) {
        return switch (schema.type(new QualifiedName(type.schema(), type.name())).orElse(null)) {
            case Schema.Domain domain when !type.array() -> domain.notNull() || !domain.checks().isEmpty()
                    ? null
                    : base(schema, domain.base());
            case null, default -> type;
        };
    }

    private static TypeName domainBase(Schema schema, TypeName type) {
        return schema.type(new QualifiedName(type.schema(), type.name())).orElse(null) instanceof Schema.Domain domain
                && !type.array() ? domainBase(schema, domain.base()) : type;
    }

    private static TypeChange unknown(TypeName to) {
        return to.schema() == null && OFTEN_FREE.contains(to.name()) ? UNKNOWN : REWRITE;
    }

    private static TypeChange known(TypeName from, TypeName to) {
        if (from.array() || to.array()) {
            boolean unlimited = to.modifiers().isEmpty() || from.modifiers().equals(to.modifiers());
            return same(from, to) && unlimited ? FREE : REWRITE;
        }
        if (same(from, to)) {
            return widened(to.name(), from.modifiers(), to.modifiers()) ? FREE : REWRITE;
        }
        boolean bare = to.modifiers().isEmpty();
        Set<String> pair = Set.of(from.name(), to.name());
        if (OTHER_OPERATORS.contains(pair)) {
            return bare ? INDEXES : REWRITE;
        }
        if (ZONES.contains(pair)) {
            return bare || to.modifiers().equals(List.of(FINEST)) ? TIME_ZONE : REWRITE;
        }
        boolean toText = FREELY_TO_TEXT.contains(from.name()) && TEXTS.contains(to.name());
        boolean toWider = WIDER.contains(from.name() + " " + to.name());
        return bare && (toText || toWider) ? FREE : REWRITE;
    }

    private static boolean same(TypeName from, TypeName to) {
        return from.array() == to.array() && from.name().equals(to.name())
                && java.util.Objects.equals(from.schema(), to.schema());
    }

    /** Whether every value of the one is a value of the other as it stands. */
    private static boolean widened(String name, List<Integer> from, List<Integer> to) {
        if (from.equals(to)) {
            return true;
        }
        return switch (name) {
            case "varchar", "varbit" -> to.isEmpty() || (!from.isEmpty() && to.getFirst() >= from.getFirst());
            case "numeric" -> to.isEmpty()
                    || (!from.isEmpty() && to.getFirst() >= from.getFirst() && scale(to) == scale(from));
            case "timestamp", "timestamptz", "time", "timetz", "interval" -> precision(to) >= precision(from);
            default -> false;
        };
    }

    private static int scale(List<Integer> modifiers) {
        return modifiers.size() > 1 ? modifiers.get(1) : 0;
    }

    private static int precision(List<Integer> modifiers) {
        return modifiers.isEmpty() ? FINEST : modifiers.getLast();
    }
}
