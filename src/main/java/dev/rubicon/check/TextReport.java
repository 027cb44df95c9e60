package dev.rubicon.check;

import dev.rubicon.plan.Finding;
import dev.rubicon.plan.Severity;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Findings for people: each with its line of source, and a sum at the end. */
final class TextReport {

    private static final int WIDEST = 160;
    private static final int BEFORE_CARET = 60;
    private static final String PLAIN = "\u001b[0m";
    private static final String BOLD = "\u001b[1m";
    private static final String FAINT = "\u001b[2m";

    private final PrintStream out;
    private final boolean colours;

    TextReport(PrintStream out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    void print(List<Opinion> opinions, String servers) {
        for (Opinion opinion : opinions) {
            List<String> lines = opinion.remarks().isEmpty() ? List.of() : opinion.input().text().lines().toList();
            opinion.remarks().stream().filter(Opinion.Remark::stands)
                    .forEach(remark -> finding(opinion.input().name(), lines, remark.finding()));
        }
        out.println(sum(opinions, servers));
    }

    private void finding(String file, List<String> lines, Finding finding) {
        out.println(painted(BOLD, file + ":" + finding.line() + ":" + finding.column()) + ": "
                + painted(colour(finding.severity()), finding.severity().word()) + " " + finding.rule()
                + (finding.direction().equals("rollback") ? " (rollback)" : "") + ": "
                + painted(BOLD, finding.message()));
        if (finding.line() <= lines.size()) {
            frame(lines.get(finding.line() - 1), finding);
        }
        out.println("  why:  " + finding.why());
        if (finding.safeForm() != null) {
            out.println("  safe: " + finding.safeForm().strip().replace("\n", "\n        "));
        }
        out.println(painted(FAINT, "  docs: " + finding.docs()) + "\n");
    }

    /** The line with a caret under the place; of a long line the part around it. */
    private void frame(String line, Finding finding) {
        int column = Math.clamp(finding.column() - 1L, 0, line.length());
        int from = line.length() <= WIDEST ? 0 : Math.max(0, column - BEFORE_CARET);
        int to = Math.min(line.length(), from + WIDEST);
        String number = String.valueOf(finding.line());
        String margin = " ".repeat(number.length());
        String before = line.substring(from, column).replaceAll("[^\\t]", " ");
        out.println(painted(FAINT, "  " + number + " |") + " " + line.substring(from, to));
        out.println(painted(FAINT, "  " + margin + " |") + " " + before + painted(colour(finding.severity()), "^"));
    }

    private static String sum(List<Opinion> opinions, String servers) {
        List<Opinion.Remark> remarks = opinions.stream().flatMap(opinion -> opinion.remarks().stream()).toList();
        String found = Stream.of(Severity.BLOCKING, Severity.ERROR, Severity.WARNING, Severity.INFO)
                .map(severity -> count(remarks.stream().filter(Opinion.Remark::stands)
                        .filter(remark -> remark.finding().severity() == severity).count(), noun(severity)))
                .filter(part -> !part.startsWith("0 ")).collect(Collectors.joining(", "));
        long accepted = remarks.stream().filter(remark -> !remark.stands()).count();
        return count(opinions.size(), "file") + ", "
                + count(opinions.stream().mapToInt(Opinion::statements).sum(), "statement") + ", judged for PostgreSQL "
                + servers + ": " + (found.isEmpty() ? "nothing found" : found)
                + (accepted == 0 ? "" : ", " + accepted + " accepted");
    }

    private static String noun(Severity severity) {
        return switch (severity) {
            case BLOCKING -> "blocker";
            case ERROR -> "error";
            case WARNING -> "warning";
            case INFO -> "note";
        };
    }

    private static String count(long number, String noun) {
        return String.format(Locale.ROOT, "%,d %s%s", number, noun, number == 1 ? "" : "s");
    }

    private String painted(String colour, String text) {
        return colours ? colour + text + PLAIN : text;
    }

    private static String colour(Severity severity) {
        return switch (severity) {
            case BLOCKING, ERROR -> "\u001b[31;1m";
            case WARNING -> "\u001b[33;1m";
            case INFO -> "\u001b[36;1m";
        };
    }
}
