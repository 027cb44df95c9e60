package dev.rubicon.engine.postgres;

import java.util.Locale;
import java.util.regex.Pattern;

/** What is left of a file for psql when its meta commands, COPY data and variables are taken out. */
final class PsqlFile {

    private static final Pattern COPY_DATA = Pattern.compile("(?im)(^copy\\b[^;]*\\bfrom\\s+stdin\\b[^;]*;)[^\\n]*\\n"
            + "(?:.*\\n)*?\\\\\\.$");
    private static final Pattern QUOTED_VARIABLE = Pattern.compile("(?<![:\\w]):(?=['\"][A-Za-z_])");
    private static final Pattern VARIABLE = Pattern.compile("(?<![:\\w\\])]):(?=[A-Za-z_])");

    private PsqlFile() {}

    /** A query that a meta command sends (\\gset, \\gexec …) is ended by a semicolon instead. */
    static String sql(String file) {
        String text = QUOTED_VARIABLE.matcher(COPY_DATA.matcher(file).replaceAll("$1")).replaceAll("");
        text = VARIABLE.matcher(text).replaceAll("");
        StringBuilder sql = new StringBuilder(text);
        Lexer token = new Lexer(text, 0);
        while (token.next()) {
            if (token.is('\\')) {
                // what follows in the line may look like the beginning of a string
                token = new Lexer(text, blank(sql, token.start()));
            }
        }
        return sql.toString();
    }

    private static int blank(StringBuilder sql, int from) {
        int end = sql.indexOf("\n", from);
        end = end < 0 ? sql.length() : end;
        String command = sql.substring(from, end).toLowerCase(Locale.ROOT);
        int to = command.startsWith("\\;") ? from + 2 : end;
        for (int i = from; i < to; i++) {
            sql.setCharAt(i, ' ');
        }
        if (command.matches("\\\\(;|g|crosstabview|bind|parse|sendpipeline|watch).*")) {
            sql.setCharAt(from, ';');
        }
        return to;
    }
}
