package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        List<GivenNames.Name> names = GivenNames.made(judged).filter(each -> Sql.bytes(each.name()) > Sql.LONGEST_NAME).toList();
        Set<String> kept = new HashSet<>();
        for (GivenNames.Name each : names) {
            String cut = cut(each.name());
            boolean collides = !kept.add(each.what() + " " + cut);
            findings.add(PAGE, collides ? Severity.ERROR : Severity.WARNING, judged,
                    "The " + each.what() + " name " + Sql.quote(each.name()) + " has " + Sql.bytes(each.name())
                            + " bytes and is cut to " + Sql.quote(cut)
                            + (collides ? ", a name that the same statement has made already" : ""),
                    null);
        }
    }

    /** The server cuts between characters, never inside one. */
    private static String cut(String name) {
        String kept = name;
        while (Sql.bytes(kept) > Sql.LONGEST_NAME) {
            kept = kept.substring(0, kept.offsetByCodePoints(kept.length(), -1));
        }
        return kept;
    }
}
