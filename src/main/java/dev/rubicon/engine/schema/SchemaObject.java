package dev.rubicon.engine.schema;

import java.util.Comparator;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One object of a schema.
 *
 * @param name as it stands in statements behind the kind, like {@code public.users} or {@code audit ON public.users};
 *     with the kind it names the object
 * @param text the statements that make it, with its owner, grants and comments; each ends with a semicolon and a new line
 * @param fingerprint of kind, name and text
 */
public record SchemaObject(Kind kind, String name, String text, Fingerprint fingerprint)
        implements
            Comparable<SchemaObject> {

    private static final Comparator<SchemaObject> ORDER = Comparator.comparing(SchemaObject::kind)
            .thenComparing(SchemaObject::name);

    private static final Pattern RIGHTS = Pattern.compile("^(ALTER .* OWNER TO .*|GRANT .*|REVOKE .*);\n",
            Pattern.MULTILINE);

    public SchemaObject(Kind kind, String name, String text) {
        this(kind, name, text, Fingerprint.of(kind.name() + "\n" + name + "\n" + text));
    }

    /** Of kind, name and the text without its owner and grants. */
    public Fingerprint structure() {
        return Fingerprint.of(kind.name() + "\n" + name + "\n" + withoutRights(text));
    }

    /** The text of an object without the statements that say whose it is and who may use it. */
    public static String withoutRights(String text) {
        return RIGHTS.matcher(text).replaceAll("");
    }

    /** To be read by people, like {@code foreign key orders_user_fkey ON public.orders}. */
    public String words() {
        return kind.words() + " " + name;
    }

    @Override
    public int compareTo(SchemaObject other) {
        return ORDER.compare(this, other);
    }

    /** What there is, in an order in which most of it can be made. */
    public enum Kind {
        SCHEMA, EXTENSION, COLLATION, TYPE, DOMAIN, FUNCTION, PROCEDURE, AGGREGATE, OPERATOR, OPERATOR_FAMILY, OPERATOR_CLASS, CAST, TEXT_SEARCH_PARSER, TEXT_SEARCH_TEMPLATE, TEXT_SEARCH_DICTIONARY, TEXT_SEARCH_CONFIGURATION, FOREIGN_DATA_WRAPPER, SERVER, USER_MAPPING, SEQUENCE, TABLE, FOREIGN_TABLE, VIEW, MATERIALIZED_VIEW, CONSTRAINT, INDEX, STATISTICS, RULE, TRIGGER, POLICY, FOREIGN_KEY, PUBLICATION, DEFAULT_PRIVILEGES, EVENT_TRIGGER;

        public String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }
}
