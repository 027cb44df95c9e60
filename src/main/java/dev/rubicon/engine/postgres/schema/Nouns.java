package dev.rubicon.engine.postgres.schema;

import dev.rubicon.engine.schema.SchemaObject.Kind;
import java.util.Locale;

/** What PostgreSQL calls a kind in the statements that are the same for all. */
final class Nouns {

    private Nouns() {}

    /** As in COMMENT ON and ALTER … OWNER TO. */
    static String of(Kind kind) {
        return kind == Kind.FOREIGN_KEY ? "CONSTRAINT" : kind.words().toUpperCase(Locale.ROOT);
    }

    /** As in GRANT … ON. */
    static String granted(Kind kind) {
        return switch (kind) {
            case VIEW, MATERIALIZED_VIEW, FOREIGN_TABLE -> "TABLE";
            case DOMAIN -> "TYPE";
            case AGGREGATE -> "FUNCTION";
            case SERVER -> "FOREIGN SERVER";
            case SCHEMA, EXTENSION, COLLATION, TYPE, FUNCTION, PROCEDURE, OPERATOR, OPERATOR_FAMILY, OPERATOR_CLASS,
                    CAST,
                    TEXT_SEARCH_PARSER, TEXT_SEARCH_TEMPLATE, TEXT_SEARCH_DICTIONARY, TEXT_SEARCH_CONFIGURATION,
                    FOREIGN_DATA_WRAPPER, USER_MAPPING, SEQUENCE,
                    TABLE,
                    CONSTRAINT, INDEX, STATISTICS, RULE, TRIGGER, POLICY, FOREIGN_KEY, PUBLICATION, DEFAULT_PRIVILEGES,
                    EVENT_TRIGGER ->
                of(kind);
        };
    }
}
