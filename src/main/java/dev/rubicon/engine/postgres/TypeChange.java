package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.Domain;
import dev.rubicon.engine.facts.TypeName;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a change of a column's type asks for. A table keeps its rows where each stored value is, bit by bit, a value of the
 * new type; an index keeps its entries where the new type sorts by the same operator class and collation.
 *
 * @param rewrite whether the rows are written anew
 * @param sameOrder whether indexes on the column can be kept
 * @param because why the rows can be kept or not, in words
 */
record TypeChange(boolean rewrite, boolean sameOrder, String because) {

    private static final Set<String> TEXTS = Set.of("text", "varchar", "citext");
    /** Their stored form is one four-byte number. */
    private static final Set<String> OIDS = Set.of("int4", "oid", "regclass", "regtype", "regproc", "regprocedure",
            "regoper", "regoperator", "regrole", "regnamespace", "regconfig", "regdictionary", "regcollation");
    private static final Set<String> CLOCKS = Set.of("timestamp", "timestamptz", "time", "timetz", "interval");
    private static final Set<String> UTC = Set.of("utc", "gmt", "uct", "zulu", "etc/utc", "etc/gmt", "etc/uct",
            "etc/zulu", "etc/universal", "universal", "greenwich", "etc/greenwich", "z", "0", "+00:00", "+00");

    /** @param before null where nobody knows it: the rows are taken to be written anew then */
    static TypeChange of(Action.AlterType change, @Nullable TypeName before, Schema schema) {
        if (computes(change)) {
            return new TypeChange(true, false, "USING computes each value anew");
        }
        if (before == null) {
            return new TypeChange(true, false, "the type so far is not known here");
        }
        TypeName to = base(change.type(), schema);
        if (constrained(change.type(), schema)) {
            return new TypeChange(true, false, change.type().sql() + " is a domain with constraints");
        }
        TypeName from = base(before, schema);
        boolean keeps = keeps(from, to, schema);
        boolean sameOrder = keeps && change.collation() == null && sameOrder(from, to);
        return new TypeChange(!keeps, sameOrder, keeps
                ? "each " + before.sql() + " is stored as the same " + change.type().sql()
                : before.sql() + " and " + change.type().sql() + " are stored differently");
    }

    /** Whether USING is more than the column itself, or its cast to the very type. */
    static boolean computes(Action.AlterType change) {
        Expression using = change.using();
        if (using == null) {
            return false;
        }
        String column = "(?:" + Pattern.quote(change.column()) + "|" + Pattern.quote(Identifiers.quote(change.column()))
                + ")";
        String type = Pattern.quote(change.type().sql());
        return !using.sql().strip()
                .matches("(?is)\\(?\\s*" + column + "\\s*(?:::\\s*" + type + ")?\\s*\\)?|CAST\\s*\\(\\s*"
                        + column + "\\s+AS\\s+" + type + "\\s*\\)");
    }

    /** The type below domains; an array of a domain is left as it is. */
    private static TypeName base(TypeName type, Schema schema) {
        return domain(type, schema) instanceof Domain domain ? base(domain.base(), schema) : type;
    }

    /** Whether each value must be checked against the constraints of a domain. */
    static boolean constrained(TypeName type, Schema schema) {
        return domain(type, schema) instanceof Domain domain
                && (domain.notNull() || !domain.checks().isEmpty() || constrained(domain.base(), schema));
    }

    private static @Nullable Domain domain(TypeName type, Schema schema) {
        return !type.array() && schema.type(new QualifiedName(type.schema(), type.name()))
                .orElse(null) instanceof Domain domain ? domain : null;
    }

    private static boolean keeps(TypeName from, TypeName to, Schema schema) {
        if (from.array() != to.array()) {
            return false;
        }
        boolean sameName = from.name().equals(to.name());
        if (sameName && from.modifiers().equals(to.modifiers())) {
            return true;
        }
        if (from.array()) {
            return sameName && to.modifiers().isEmpty();
        }
        return sameName ? wider(from, to) : coercible(from, to, schema);
    }

    private static boolean texts(TypeName from, TypeName to) {
        return TEXTS.contains(from.name()) && TEXTS.contains(to.name());
    }

    /** The same type with other modifiers. */
    private static boolean wider(TypeName from, TypeName to) {
        List<Integer> old = from.modifiers();
        List<Integer> wanted = to.modifiers();
        return switch (to.name()) {
            case "varchar", "varbit" -> wanted.isEmpty() || !old.isEmpty() && wanted.getFirst() >= old.getFirst();
            case "numeric" -> wanted.isEmpty() || !old.isEmpty() && wanted.getFirst() >= old.getFirst()
                    && scale(wanted) == scale(old);
            default -> CLOCKS.contains(to.name()) && finer(old, wanted);
        };
    }

    private static int scale(List<Integer> numeric) {
        return numeric.size() > 1 ? numeric.get(1) : 0;
    }

    /** Whether no fraction of a second is cut off; six digits are all that is stored. */
    private static boolean finer(List<Integer> old, List<Integer> wanted) {
        if (wanted.size() > 1 || old.size() > 1) {
            return wanted.isEmpty();
        }
        int digits = wanted.isEmpty() ? 6 : wanted.getFirst();
        return digits >= (old.isEmpty() ? 6 : old.getFirst());
    }

    /** Two types that share their stored form. */
    private static boolean coercible(TypeName from, TypeName to, Schema schema) {
        String pair = from.name() + " " + to.name();
        boolean unlimited = to.modifiers().isEmpty();
        if (OIDS.contains(from.name()) && OIDS.contains(to.name())) {
            return from.name().equals("int4") || from.name().equals("oid") || to.name().equals("int4")
                    || to.name().equals("oid");
        }
        return switch (pair) {
            case "timestamp timestamptz", "timestamptz timestamp" -> utc(schema)
                    && finer(from.modifiers(), to.modifiers());
            case "cidr inet", "xml text" -> true;
            case "xml varchar", "bit varbit" -> unlimited;
            case "text varchar", "citext varchar" -> unlimited;
            case "varchar text", "citext text", "varchar citext", "text citext" -> true;
            default -> false;
        };
    }

    /** A session that says nothing of its time zone is taken not to be in UTC. */
    private static boolean utc(Schema schema) {
        String zone = schema.setting("timezone");
        return zone != null && UTC.contains(zone.toLowerCase(Locale.ROOT));
    }

    private static boolean sameOrder(TypeName from, TypeName to) {
        return from.name().equals(to.name()) || texts(from, to) && !to.name().equals("citext")
                && !from.name().equals("citext") || from.name().equals("cidr") && to.name().equals("inet");
    }
}
