package dev.rubicon.verification;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The statement that makes a table, taken apart.
 *
 * @param around what stands around the columns
 * @param columns each with its definition, in order
 */
record TableColumns(String around, Map<String, String> columns) {

    private static final Pattern BODY = Pattern.compile("\\A([^\\n]+\\() ?\\n(.*)\\n\\)(.*)\\z", Pattern.DOTALL);
    private static final Pattern COLUMN = Pattern.compile("    (\"(?:[^\"]|\"\")+\"|[a-z_][a-z0-9_$]*) (.+)");

    /** Empty where a line is something else than a column, as in a table of a type. */
    static Optional<TableColumns> of(String create) {
        Matcher body = BODY.matcher(create);
        if (!body.matches()) {
            return Optional.empty();
        }
        Map<String, String> columns = new LinkedHashMap<>();
        for (String line : body.group(2).split(",\\n(?=    \\S)")) {
            Matcher column = COLUMN.matcher(line);
            if (!column.matches() || line.startsWith("    CONSTRAINT ") || line.contains(" WITH OPTIONS")) {
                return Optional.empty();
            }
            columns.put(column.group(1), column.group(2));
        }
        return Optional.of(new TableColumns(body.group(1) + body.group(3), columns));
    }

    /** Whether every row that is there could get the column. */
    static boolean fitsExistingRows(String definition) {
        return !definition.contains(" NOT NULL") || definition.contains(" DEFAULT ")
                || definition.contains(" GENERATED ");
    }
}
