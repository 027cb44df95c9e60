package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.analysis.Terms;
import dev.rubicon.plan.Severity;

/** A statement that the server is too old for. */
final class ServerCapabilityRule implements Rule.OfStatement {

    private static final RulePage PAGE = new RulePage("server-capability",
            "A statement that the server is too old for", Severity.BLOCKING,
            "The grammar of a newer PostgreSQL reads it, an older server refuses it. Blocking where the server's version is "
                    + "known; by the text alone it is only worth knowing.",
            """
            ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE NULLS NOT DISTINCT (email);
            """, """
            ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(Judged judged, Findings findings) {
        int needed = judged.facts().minimumVersion();
        if (needed > Math.max(judged.serverVersion(), Terms.OLDEST)) {
            // nobody says which server when judging by the text alone; the oldest is assumed then
            boolean known = judged.schema().isComplete() || judged.serverVersion() != Terms.OLDEST;
            findings.add(PAGE, known ? Severity.BLOCKING : Severity.INFO, judged,
                    "This needs PostgreSQL " + needed + " or newer"
                            + (known ? "; the server is " + judged.serverVersion() : ""),
                    null);
        }
    }
}
