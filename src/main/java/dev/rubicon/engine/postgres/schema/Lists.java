package dev.rubicon.engine.postgres.schema;

import java.util.regex.Pattern;

/**
 * Lists of constants that the server compares as another type, as those of {@code status IN ('new', 'paid')} where the
 * column is a varchar. It prints {@code (ARRAY['new'::character varying, …])::text[]}, and reading that back it would turn
 * each constant by itself, and print that otherwise: the schema would change with each copy. Named as what it is first, the
 * list is turned as a whole again.
 */
final class Lists {

    private static final String BODY = "\nAS ";
    private static final String CONSTANT = "E?'(?:[^']++|'')*+'";
    private static final String TYPE = "[\\w.\"][\\w.\" ]*+(?:\\(\\d+\\))?";
    private static final Pattern CONSTANTS = Pattern
            .compile("\\((ARRAY\\[%1$s::(%2$s)(?:, %1$s::\\2)*+])\\)::".formatted(CONSTANT, TYPE));
    private static final Pattern NUMBERS = Pattern.compile("\\((ARRAY\\[\\d++(?:, \\d++)*+])\\)::");

    private Lists() {}

    /** The body of a routine that somebody wrote as a text stays as it is. */
    static String kept(String sql) {
        if (!sql.contains("(ARRAY[") || sql.contains(BODY)) {
            return sql;
        }
        String text = CONSTANTS.matcher(sql).replaceAll("(($1)::$2[])::");
        return NUMBERS.matcher(text).replaceAll("(($1)::integer[])::");
    }
}
