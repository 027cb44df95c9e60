package dev.rubicon.engine.postgres;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * An error in a PL/pgSQL body. libpg_query tells its message and no place, so the place is found by trying: where the
 * message names a word, that word is changed at each of its occurrences, backwards. Nothing behind the error matters to the
 * message, so the first occurrence that does is the one.
 *
 * @param source the body
 * @param tree of the statement that the body stands in
 */
record PlpgsqlFault(PgQuery pg, Literal source, JsonNode tree, String message) {

    /** Errors of which it takes no catalog to be sure; of others PostgreSQL may think better. */
    private static final Pattern SURE = Pattern
            .compile("syntax error .*|unterminated .*|missing .*|unexpected end of .*"
                    + "|mismatched .*|duplicate .*|trailing junk .*|invalid .*|expected .*|cannot use RETURN .*|RETURN .*"
                    + "|too (many|few) parameters .*|end label .*|label .*|there is no label .*|EXIT .*|CONTINUE .*"
                    + "|unrecognized .*|cursor .*|integer FOR loop .*|\"[^.\"]+\" is not a known variable"
                    + "|variable .* is declared CONSTANT|PL/pgSQL FOR .*", Pattern.DOTALL);
    private static final Pattern PLACE = Pattern.compile("at or near \"(.+)\"$|^\"(.+)\" is not a known variable$",
            Pattern.DOTALL);
    private static final String OTHER = "rubicon_0";
    private static final int MOST_TRIALS = 200;

    static boolean surely(String message) {
        return SURE.matcher(message).matches();
    }

    /** Where in the body the error is; its beginning when that cannot be found. */
    int index() {
        String body = source.value();
        if (message.endsWith("at end of input") || message.startsWith("unexpected end")) {
            return body.length();
        }
        Matcher place = PLACE.matcher(message);
        if (!place.find()) {
            return 0;
        }
        String word = place.group(1) == null ? place.group(2) : place.group(1);
        int at = body.lastIndexOf(word);
        for (int trials = 0; at >= 0 && trials < MOST_TRIALS; trials++) {
            if (!message.equals(messageOf(body.substring(0, at) + OTHER + body.substring(at + word.length())))) {
                return at;
            }
            at = body.lastIndexOf(word, at - 1);
        }
        return Math.max(0, body.indexOf(word));
    }

    private String messageOf(String body) {
        try {
            pg.plpgsql(PlpgsqlText.of(body, tree));
            return "";
        } catch (PgQuery.SyntaxException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
