package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A name that the server cuts. */
final class IdentifierTooLongRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("identifier-too-long",
            "A name that the server cuts", Severity.ERROR,
            "PostgreSQL keeps 63 bytes of a name and cuts the rest with nothing but a notice. Code that "
                    + "compares names in full no longer finds the object, and two names that begin alike become "
                    + "one.",
            """
            CREATE TABLE customer_subscription_payment_reconciliation_history_of_all_years (id bigint);
            """, """
            CREATE TABLE payment_reconciliation_history (id bigint);
            """);

    private static final Pattern NAME = Pattern.compile("\"[^\"]{16,}\"|[\\p{L}_][\\p{L}\\p{N}_$]{15,}");

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        Map<String, GivenNames.Name> names = new HashMap<>();
        GivenNames.made(judged).forEach(each -> names.putIfAbsent(each.name(), each));
        Set<String> kept = new HashSet<>();
        written(judged.statement().sql()).distinct().forEach(name -> {
            GivenNames.Name given = names.get(Sql.name(name));
            if (given != null) {
                boolean collides = !kept.add(Sql.name(name));
                findings.add(PAGE, collides ? Severity.ERROR : Severity.WARNING, judged,
                        "The " + given.what() + " name " + Sql.quote(name) + " has " + Sql.bytes(name)
                                + " bytes and is cut to " + Sql.quote(Sql.name(name))
                                + (collides ? ", a name that the same statement gives already" : ""),
                        null);
            }
        });
    }

    /** Names that are too long, as the text has them: the grammar cuts them as the server does. */
    private static Stream<String> written(String sql) {
        return NAME.matcher(sql).results().map(MatchResult::group).map(IdentifierTooLongRule::read)
                .filter(name -> Sql.bytes(name) > Sql.LONGEST_NAME);
    }

    private static String read(String written) {
        return written.startsWith("\"")
                ? written.substring(1, written.length() - 1).replace("\"\"", "\"")
                : written.toLowerCase(Locale.ROOT);
    }
}
