package dev.rubicon.engine.facts;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The names that PostgreSQL gives to what has none: table, columns and a label, cut to 63 bytes, numbered when taken. */
final class ChosenNames {

    private static final int LONGEST = 63;
    private static final Pattern CALL = Pattern
            .compile("^\\(*\\s*(?:[a-z_0-9]+\\.)?\"?([A-Za-z_][A-Za-z_0-9]*)\"?\\s*\\(");

    private ChosenNames() {}

    static QualifiedName sequence(Schema schema, QualifiedName table, String column) {
        return relation(schema, table, column, "seq");
    }

    static QualifiedName index(Schema schema, QualifiedName table, List<String> columns, String label) {
        return relation(schema, table, joined(columns), label);
    }

    static QualifiedName primaryKey(Schema schema, QualifiedName table) {
        return relation(schema, table, null, "pkey");
    }

    private static QualifiedName relation(Schema schema, QualifiedName table, @Nullable String middle, String label) {
        return table.sibling(free(table.name(), middle, label, name -> taken(schema, table, name)));
    }

    private static boolean taken(Schema schema, QualifiedName table, String name) {
        return schema.relation(table.sibling(name)).isPresent() || schema.index(table.sibling(name)).isPresent()
                || schema.constraint(table, name).isPresent();
    }

    /** The name of a check, foreign key or NOT NULL. */
    static String constraint(Schema schema, QualifiedName table, Constraint constraint) {
        List<String> columns = constraint.columns();
        String label = switch (constraint.kind()) {
            case CHECK -> "check";
            case FOREIGN_KEY -> "fkey";
            case NOT_NULL -> "not_null";
            case PRIMARY_KEY -> "pkey";
            case UNIQUE -> "key";
            case EXCLUDE -> "excl";
        };
        boolean named = constraint.kind() != Constraint.Kind.CHECK || columns.size() == 1;
        return free(table.name(), named ? joined(columns) : null, label,
                name -> schema.constraint(table, name).isPresent());
    }

    /** What NOT NULL on a column is called, from 18 on. */
    static String notNull(QualifiedName table, String column) {
        return cut(table.name(), column, "not_null");
    }

    private static String free(String table, @Nullable String middle, String label, Predicate<String> taken) {
        String name = cut(table, middle, label);
        for (int i = 1; taken.test(name); i++) {
            name = cut(table, middle, label + i);
        }
        return name;
    }

    /** Shortens the longer of the two names until all fits. */
    private static String cut(String table, @Nullable String middle, String label) {
        int room = LONGEST - bytes(label) - 1 - (middle == null ? 0 : 1);
        String first = table;
        String second = middle == null ? "" : middle;
        while (bytes(first) + bytes(second) > room) {
            if (bytes(first) > bytes(second)) {
                first = shorter(first);
            } else {
                second = shorter(second);
            }
        }
        return middle == null ? first + "_" + label : first + "_" + second + "_" + label;
    }

    private static String shorter(String text) {
        return text.substring(0, text.offsetByCodePoints(text.length(), -1));
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static @Nullable String joined(List<String> columns) {
        List<String> names = new ArrayList<>();
        for (String column : columns) {
            String plain = Words.isExpression(column) ? ofExpression(column) : column;
            String name = plain;
            for (int i = 1; names.contains(name); i++) {
                name = plain + i;
            }
            names.add(name);
        }
        String all = String.join("_", names);
        while (bytes(all) > LONGEST) {
            all = shorter(all);
        }
        return all.isEmpty() ? null : all;
    }

    /** A call gives its function's name, anything else is just an expression. */
    private static String ofExpression(String expression) {
        Matcher call = CALL.matcher(expression);
        return call.find() ? call.group(1).toLowerCase(Locale.ROOT) : "expr";
    }
}
