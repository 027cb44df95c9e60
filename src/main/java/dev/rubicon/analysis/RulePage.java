package dev.rubicon.analysis;

import dev.rubicon.plan.Severity;

/**
 * What is to be read about a rule.
 *
 * @param id stable; it stands in findings, acceptances and the page's address
 * @param severity the gravest that it reports
 * @param why why it matters, in sentences
 * @param bad an example that the rule finds: SQL, or a part of a plan
 * @param good what to write instead
 */
public record RulePage(String id, String title, Severity severity, Group group, String why, String bad, String good) {

    /** Whether a rule judges without being asked to. */
    public enum Group {
        /** What can lock, lose or break; always on. */
        SAFETY,
        /** What is a matter of taste or of house rules; on where it is asked for. */
        STYLE
    }

    /** A rule of safety. */
    public RulePage(String id, String title, Severity severity, String why, String bad, String good) {
        this(id, title, severity, Group.SAFETY, why, bad, good);
    }
}
