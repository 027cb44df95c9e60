package dev.rubicon.plan;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A name as authors write it into SQL, in double quotes where it needs them.
 *
 * @param written stands in generated statements as it is
 * @param name what PostgreSQL makes of it: folded to lower case, or what the quotes hold
 */
record SqlName(String written, String name) {

    private static final String ONE = "([A-Za-z_\\x{80}-\\x{10FFFF}][\\w$\\x{80}-\\x{10FFFF}]*|\"(?:[^\"\\x00]|\"\")+\")";
    private static final Pattern PATTERN = Pattern.compile("\\s*" + ONE + "(?:\\s*\\.\\s*" + ONE + ")?\\s*");

    /** A table's name, qualified by its schema or not. */
    record Table(@Nullable SqlName schema, SqlName table) {

        String written() {
            return schema == null ? table.written : schema.written + "." + table.written;
        }
    }

    /** Empty for anything but a name alone. */
    static Optional<SqlName> of(String text) {
        return table(text).filter(found -> found.schema == null).map(Table::table);
    }

    /** Empty for anything but the name of a table. */
    static Optional<Table> table(String text) {
        Matcher names = PATTERN.matcher(text);
        if (!names.matches()) {
            return Optional.empty();
        }
        return Optional.of(names.group(2) == null
                ? new Table(null, one(names.group(1)))
                : new Table(one(names.group(1)), one(names.group(2))));
    }

    private static SqlName one(String written) {
        return new SqlName(written, written.startsWith("\"")
                ? written.substring(1, written.length() - 1).replace("\"\"", "\"")
                : written.toLowerCase(Locale.ROOT));
    }

    /** As a string literal. */
    String literal() {
        return literal(name);
    }

    static String literal(String text) {
        return (text.contains("\\") ? "E'" : "'") + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }
}
