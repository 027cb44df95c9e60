package dev.rubicon.web.pages;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A piece of SQL with the class of its colour: {@code k} keyword, {@code d} a keyword that destroys, {@code s} string,
 * {@code c} comment, {@code n} number, or empty. For reading only; what a statement is, the grammar decides.
 */
record SqlToken(String kind, String text) {

    private static final Pattern PIECE = Pattern.compile("""
            (?<c>--[^\\n]*|/\\*.*?\\*/)\
            |(?<s>(?:[eE]|[uU]&)?'(?:[^']|'')*'|\\$(?<tag>\\w*)\\$.*?\\$\\k<tag>\\$)\
            |(?<q>"(?:[^"]|"")*")\
            |(?<n>\\b\\d+(?:\\.\\d+)?\\b)\
            |(?<w>[A-Za-z_]\\w*)""", Pattern.DOTALL);

    private static final Set<String> DESTROYS = Set.of("DROP", "TRUNCATE", "DELETE");

    private static final Set<String> KEYWORDS = Set.of("""
            ADD ALL ALTER ALWAYS AND AS ASC BEGIN BETWEEN BY CASCADE CASE CAST CHECK COLUMN COMMIT CONCURRENTLY \
            CONFLICT CONSTRAINT CREATE CURRENT DEFAULT DEFERRABLE DESC DISTINCT DO DOMAIN ELSE END EXCLUDE EXECUTE \
            EXISTS EXTENSION FALSE FOR FOREIGN FROM FUNCTION GENERATED GRANT GROUP HAVING IDENTITY IF IN INCLUDE \
            INDEX INNER INSERT INTO IS JOIN KEY LANGUAGE LEFT LIKE LIMIT MATERIALIZED NOT NOTHING NULL OF ON ONLY OR \
            ORDER PARTITION POLICY PRIMARY PROCEDURE REFERENCES RENAME REPLACE RESTRICT RETURNING RETURNS REVOKE \
            ROW SCHEMA SELECT SEQUENCE SET STORED TABLE THEN TO TRIGGER TRUE TYPE UNION UNIQUE UPDATE USING VALID \
            VALIDATE VALUES VIEW WHEN WHERE WITH""".split(" "));

    static List<SqlToken> of(String sql) {
        List<SqlToken> tokens = new ArrayList<>();
        Matcher piece = PIECE.matcher(sql);
        int end = 0;
        while (piece.find()) {
            String kind = kind(piece);
            if (!kind.isEmpty()) {
                plain(tokens, sql.substring(end, piece.start()));
                tokens.add(new SqlToken(kind, piece.group()));
                end = piece.end();
            }
        }
        plain(tokens, sql.substring(end));
        return tokens;
    }

    private static void plain(List<SqlToken> tokens, String text) {
        if (!text.isEmpty()) {
            tokens.add(new SqlToken("", text));
        }
    }

    private static String kind(Matcher piece) {
        for (String group : List.of("c", "s", "n")) {
            if (piece.group(group) != null) {
                return group;
            }
        }
        if (piece.group("w") == null) {
            return "";
        }
        String word = piece.group("w").toUpperCase(Locale.ROOT);
        return DESTROYS.contains(word) ? "d" : KEYWORDS.contains(word) ? "k" : "";
    }
}
