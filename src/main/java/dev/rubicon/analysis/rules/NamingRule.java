package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.analysis.RulePage.Group;
import dev.rubicon.plan.Severity;

/** A name that must be quoted. */
final class NamingRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("naming",
            "A name that must be quoted", Severity.WARNING, Group.STYLE,
            "A name with capital letters, spaces or signs, or one that is a key word, must stand in "
                    + "double quotes in every query, exactly as it was made. Small letters, digits and "
                    + "underscores need none.",
            """
            CREATE TABLE "techBook" (id bigint);
            """, """
            CREATE TABLE tech_book (id bigint);
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        GivenNames.made(judged).filter(each -> !Sql.quote(each.name()).equals(each.name()))
                .forEach(each -> findings.add(PAGE, judged,
                        "The " + each.what() + " " + Sql.quote(each.name())
                                + " needs double quotes wherever it is used",
                        null));
    }
}
