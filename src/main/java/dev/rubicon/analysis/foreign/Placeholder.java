package dev.rubicon.analysis.foreign;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Marks that a tool replaces by text before anything is run. */
final class Placeholder {

    /** @param value whether text comes in its place, rather than nothing */
    private record Form(String open, String close, boolean value) {}

    /** Flyway and goose; templates of Jinja, Go, Mustache, ERB; MyBatis. */
    private static final List<Form> FORMS = List.of(new Form("${", "}", true), new Form("{{", "}}", true),
            new Form("{%", "%}", false), new Form("{#", "#}", false), new Form("<%=", "%>", true),
            new Form("#{", "}", true));

    private static final int LONGEST = 4_000;

    private Placeholder() {}

    /** The end of the placeholder that begins here, or the place itself when none does. */
    static int end(String text, int at) {
        Form form = form(text, at);
        if (form == null) {
            return at;
        }
        int from = at + form.open().length();
        int close = text.indexOf(form.close(), from, Math.min(text.length(), Math.max(from, at + LONGEST)));
        return close < 0 ? at : close + form.close().length();
    }

    static void replace(StringBuilder sql, int from, int to) {
        Form form = form(sql.substring(from, to), 0);
        boolean lines = sql.substring(from, to).indexOf('\n') >= 0;
        if (form != null && form.value() && !lines) {
            Blank.identifier(sql, from, to);
        } else {
            Blank.out(sql, from, to);
        }
    }

    private static @Nullable Form form(String text, int at) {
        char first = text.charAt(at);
        if (first != '$' && first != '{' && first != '<' && first != '#') {
            return null;
        }
        return FORMS.stream().filter(form -> text.startsWith(form.open(), at)).findFirst().orElse(null);
    }
}
