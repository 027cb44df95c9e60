package dev.rubicon.plan;

import dev.rubicon.plan.RollbackPlan.Action;
import dev.rubicon.plan.RollbackPlan.Row;
import dev.rubicon.plan.RollbackPlan.Scenario;
import dev.rubicon.plan.RollbackPlan.Side;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The rollback plan as Markdown (GFM tables). Authors' words are escaped, their SQL stands as code. */
public final class RollbackMarkdown {

    private static final Pattern SPECIAL = Pattern.compile("[\\\\`*\\[\\]<>|&~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])");
    private static final Pattern BACKTICKS = Pattern.compile("`+");
    private static final Pattern SPACES = Pattern.compile("\\s{2}|[\\n\\r\\t]");
    private static final Pattern FRAGILE = Pattern.compile("--|['\"$]");
    private static final Pattern BLOCK_START = Pattern.compile("^(?:([#+=-])|([0-9]{1,9})([.)]))");
    private static final int LONGEST_IN_CELL = 160;

    private final StringBuilder out = new StringBuilder();

    private RollbackMarkdown() {}

    /** The whole document. */
    public static String of(RollbackPlan plan) {
        RollbackMarkdown markdown = new RollbackMarkdown();
        markdown.head(plan);
        markdown.table(plan);
        markdown.longTexts(plan.rows());
        markdown.scenarios(plan.scenarios());
        markdown.reviewers(plan.reviewers());
        return markdown.out.toString();
    }

    private void head(RollbackPlan plan) {
        line("# Rollback plan: " + text(plan.title())).line("");
        line("Plan " + code(plan.plan()) + ", revision " + plan.revision() + ", for " + plan.engine()
                + ", submitted by "
                + text(plan.submittedBy()) + " at " + plan.submittedAt() + "  ");
        line("Digest " + code(plan.digest())).line("");
        if (plan.pointOfNoReturn() == null) {
            line("**No point of no return:** every step has a way back.");
        } else {
            line("**Point of no return:** step " + code(plan.pointOfNoReturn().step()) + " in phase "
                    + (plan.pointOfNoReturn().phase() + 1) + ": " + text(plan.pointOfNoReturn().reason())
                    + ". Up to there every step has a way back.");
        }
        line("");
        measured(plan);
    }

    /** What a time is worth depends on the rows that the tables held. */
    private void measured(RollbackPlan plan) {
        RollbackPlan.Measured measured = plan.measured();
        if (measured == null) {
            line("**Not measured:** no rehearsal of this revision has passed.").line("");
            return;
        }
        line("**Measured:** the whole way back took " + time(measured.millis()) + " in rehearsal #"
                + measured.rehearsal() + " (" + text(measured.evidenceClass()) + "), which ended " + measured.at()
                + measured.phases().stream()
                        .map(phase -> "; phase %d %s".formatted(phase.phase() + 1, time(phase.millis())))
                        .collect(Collectors.joining())
                + ".").line("");
    }

    private static String time(long millis) {
        return millis < 1000 ? millis + " ms" : String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
    }

    private void table(RollbackPlan plan) {
        line("## Every step and its way back").line("");
        line("| Phase | Step | Forward | Rollback | Took | Data loss | Window |").line("|---|---|---|---|---|---|---|");
        for (Row row : plan.rows()) {
            if (row.side() == Side.RIVER) {
                line("| | **Point of no return** | from here on there is no rollback | only the backup | | | |");
            }
            String back = switch (row.way()) {
                case "sql" -> cellCode(row.rollback());
                case "forward" -> "corrective: " + cellCode(row.rollback());
                case "nothing" -> "nothing to undo: " + text(row.rollback());
                default -> "**none**: " + text(row.rollback());
            };
            line("| " + (row.phase() + 1) + " " + text(title(row)) + " | " + code(row.step()) + origin(row) + " | "
                    + forward(row)
                    + " | " + back + " |" + took(plan, row) + " | " + row.dataLoss() + " | "
                    + (row.window() == null ? "" : text(row.window())) + " |");
        }
        line("");
    }

    private static String took(RollbackPlan plan, Row row) {
        RollbackPlan.Measured measured = plan.measured();
        return measured == null ? "" : measured.of(row.step()).map(millis -> " " + time(millis)).orElse("");
    }

    private static String title(Row row) {
        return row.phaseTitle().equalsIgnoreCase(row.phaseKind())
                ? row.phaseKind()
                : row.phaseKind() + ": " + row.phaseTitle();
    }

    /** Says of a step that the author did not write where it comes from. */
    private static String origin(Row row) {
        return row.generatedFor() == null ? "" : ", generated for dualWrite of " + code(row.generatedFor());
    }

    private static String forward(Row row) {
        return row.kind().equals("sql")
                ? cellCode(row.forward())
                : row.kind().equals("check") ? "checks alone" : row.kind() + ": " + cellCode(row.forward());
    }

    private void longTexts(List<Row> rows) {
        List<Row> concerned = rows.stream()
                .filter(row -> !fitsCell(row.forward()) || row.lossQuery() != null
                        || (row.runnable() && !fitsCell(row.rollback())))
                .toList();
        if (concerned.isEmpty()) {
            return;
        }
        line("## In full").line("");
        for (Row row : concerned) {
            line("### " + code(row.step())).line("");
            if (!fitsCell(row.forward())) {
                line("Forward:").line("").fenced(row.forward(), "");
            }
            if (row.runnable() && !fitsCell(row.rollback())) {
                line("Rollback:").line("").fenced(row.rollback(), "");
            }
            if (row.lossQuery() != null) {
                line("Rows at risk now:").line("").fenced(row.lossQuery(), "");
            }
        }
    }

    private void scenarios(List<Scenario> scenarios) {
        line("## What to do when").line("").line("| Scenario | What to do |").line("|---|---|");
        scenarios.forEach(scenario -> line("| " + text(scenario.title()) + " | " + text(scenario.summary()) + " |"));
        line("");
        for (Scenario scenario : scenarios) {
            if (!scenario.actions().isEmpty()) {
                line("### " + text(scenario.title())).line("");
                actions(scenario.actions());
            }
        }
    }

    private void actions(List<Action> actions) {
        int number = 1;
        for (Action action : actions) {
            String marker = number++ + ". ";
            String step = action.step() == null ? "" : code(action.step()) + ": ";
            String sentence = text(action.text().strip().replaceAll("[.:]$", ""));
            line(marker + step + sentence + (action.sql() == null ? "." : ":")).line("");
            if (action.sql() != null) {
                fenced(action.sql(), " ".repeat(marker.length()));
            }
        }
    }

    private void reviewers(List<RollbackPlan.Reviewer> reviewers) {
        line("## Reviewed by").line("");
        if (reviewers.isEmpty()) {
            line("Nobody yet.");
        }
        reviewers.forEach(each -> line("- " + text(each.name()) + " " + text(each.did()) + ", " + each.at()));
    }

    private RollbackMarkdown line(String line) {
        out.append(line).append('\n');
        return this;
    }

    private void fenced(String code, String indent) {
        String fence = "`".repeat(Math.max(3, longestRun(code) + 1));
        line(indent + fence + "sql");
        code.strip().lines().forEach(each -> line(indent + each));
        line(indent + fence).line("");
    }

    /** Statements in a cell stand on one line, which is only right where no comment or quoted text would change by it. */
    private static boolean fitsCell(String sql) {
        boolean asIs = !SPACES.matcher(sql.strip()).find();
        return sql.length() <= LONGEST_IN_CELL && (asIs || !FRAGILE.matcher(sql).find());
    }

    private static String cellCode(String sql) {
        return fitsCell(sql) ? code(sql) : "in full below";
    }

    static String code(String raw) {
        String one = raw.strip().replaceAll("\\s+", " ").replace("|", "\\|");
        String fence = "`".repeat(longestRun(one) + 1);
        String pad = one.startsWith("`") || one.endsWith("`") ? " " : "";
        return fence + pad + one + pad + fence;
    }

    private static int longestRun(String text) {
        return BACKTICKS.matcher(text).results().mapToInt(run -> run.group().length()).max().orElse(0);
    }

    /** An author's words on one line, with nothing in them that Markdown would read as its own. */
    static String text(String raw) {
        String one = raw.strip().replaceAll("\\s+", " ");
        String inline = SPECIAL.matcher(one).replaceAll(found -> Matcher.quoteReplacement("\\" + found.group()));
        return BLOCK_START.matcher(inline).replaceFirst(found -> Matcher.quoteReplacement(
                found.group(1) != null ? "\\" + found.group(1) : found.group(2) + "\\" + found.group(3)));
    }
}
