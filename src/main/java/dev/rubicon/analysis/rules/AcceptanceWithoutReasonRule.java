package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Severity;
import java.util.List;

/** An acceptance in a comment that does not say why. */
final class AcceptanceWithoutReasonRule implements Rule.OfAcceptances {

    private static final RulePage PAGE = new RulePage("acceptance-without-reason",
            "An acceptance that does not say why", Severity.WARNING,
            "An exception without a reason cannot be reviewed, and nobody can tell later whether it still holds. Without "
                    + "one the finding stays as it is.",
            """
            -- rubicon:accept index-not-concurrent
            CREATE INDEX countries_name ON countries (name);
            """, """
            -- rubicon:accept index-not-concurrent the table has 200 rows
            CREATE INDEX countries_name ON countries (name);
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(List<InlineAcceptance> acceptances, Findings findings) {
        acceptances.stream().filter(each -> each.rule().isEmpty() || each.reason().isEmpty())
                .forEach(each -> findings.add(PAGE, each.at(), each.place(), each.rule().isEmpty()
                        ? "The comment accepts nothing: it names no rule"
                        : "The acceptance of " + each.rule() + " gives no reason and does not count",
                        "-- rubicon:accept " + (each.rule().isEmpty() ? "<rule>" : each.rule())
                                + " <why it may stand>"));
    }
}
