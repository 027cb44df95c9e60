package dev.rubicon.verification;

import dev.rubicon.engine.schema.SchemaObject.Kind;
import java.util.Locale;
import java.util.Optional;

/** The statement that drops an object, by its kind and name. */
final class Dropping {

    private static final String ON = " ON ";

    private Dropping() {}

    /** Empty where it takes more than the name. */
    static Optional<String> of(Kind kind, String name) {
        return switch (kind) {
            case SCHEMA, EXTENSION, COLLATION, TYPE, DOMAIN, FUNCTION, PROCEDURE, AGGREGATE, TEXT_SEARCH_PARSER,
                    TEXT_SEARCH_TEMPLATE, TEXT_SEARCH_DICTIONARY, TEXT_SEARCH_CONFIGURATION, FOREIGN_DATA_WRAPPER,
                    SERVER, SEQUENCE, TABLE, FOREIGN_TABLE, VIEW, MATERIALIZED_VIEW, STATISTICS, PUBLICATION,
                    EVENT_TRIGGER ->
                Optional.of("DROP %s %s".formatted(kind.words().toUpperCase(Locale.ROOT), name));
            case INDEX -> Optional.of("DROP INDEX CONCURRENTLY " + name);
            case CONSTRAINT, FOREIGN_KEY -> table(name)
                    .map(table -> "ALTER TABLE %s DROP CONSTRAINT %s".formatted(table, ownName(name)));
            case RULE, TRIGGER, POLICY -> table(name)
                    .map(table -> "DROP %s %s ON %s".formatted(kind.name(), ownName(name), table));
            case OPERATOR, OPERATOR_FAMILY, OPERATOR_CLASS, CAST, USER_MAPPING, DEFAULT_PRIVILEGES -> Optional.empty();
        };
    }

    /** Of a name like {@code audit ON public.users}; empty where quoted names make that ambiguous. */
    static Optional<String> table(String name) {
        int at = name.indexOf(ON);
        return at < 0 || name.indexOf(ON, at + 1) >= 0
                ? Optional.empty()
                : Optional.of(name.substring(at + ON.length()));
    }

    private static String ownName(String name) {
        return name.substring(0, name.indexOf(ON));
    }
}
