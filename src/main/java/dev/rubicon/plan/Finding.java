package dev.rubicon.plan;

import org.jspecify.annotations.Nullable;

/**
 * One judgement of the analysis.
 *
 * @param id names the finding within its revision; the same text judged again gives the same id
 * @param rule the stable id of the rule, as in {@code /docs/rules/{id}}
 * @param step the step it is at, or null for the whole plan
 * @param direction {@code forward} or {@code rollback}
 * @param line place in the submitted text, from 1
 * @param column place in the line, from 1
 * @param message what is wrong, with the author's own names
 * @param why why it matters
 * @param safeForm what to write instead, or null when that depends
 * @param accepted why it may stand, in the words of a comment beside the statement, or null
 */
public record Finding(String id, String rule, Severity severity, @Nullable String step, String direction, int line,
        int column, String message, String why, @Nullable String safeForm, @Nullable String accepted) {

    /** One that nobody has accepted. */
    public Finding(String id, String rule, Severity severity, @Nullable String step, String direction, int line,
            int column, String message, String why, @Nullable String safeForm) {
        this(id, rule, severity, step, direction, line, column, message, why, safeForm, null);
    }

    /** The same, accepted by its author. */
    public Finding accepted(String reason) {
        return new Finding(id, rule, severity, step, direction, line, column, message, why, safeForm, reason);
    }

    /** Where the rule is explained. */
    public String docs() {
        return "/docs/rules/" + rule;
    }
}
