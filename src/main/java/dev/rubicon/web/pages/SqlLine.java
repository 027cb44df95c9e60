package dev.rubicon.web.pages;

import dev.rubicon.analysis.Judgement.ReadStatement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One line of a way's SQL, with what is said at it.
 *
 * @param findings those whose place is this line
 * @param effect at a statement's last line, the locks it takes and what it rewrites or scans, or null
 */
record SqlLine(List<SqlToken> tokens, List<StepText.Found> findings, @Nullable String effect) {

    /** Lines of plain SQL, of which nothing is said. */
    static List<SqlLine> of(String sql) {
        return of(sql, List.of(), List.of());
    }

    /**
     * @param statements those that the grammar read in it, in order
     * @param findings each stands at the line of its statement where the two can be brought together; the others are left out
     */
    static List<SqlLine> of(String sql, List<ReadStatement> statements, List<StepText.Found> findings) {
        Map<Integer, String> effects = new TreeMap<>();
        Map<Integer, List<StepText.Found>> said = new TreeMap<>();
        List<Stretch> stretches = stretches(sql, statements);
        for (Stretch stretch : stretches) {
            String effect = Effects.words(stretch.statement.facts());
            if (!effect.isEmpty()) {
                effects.merge(stretch.last, effect, (one, other) -> one.equals(other) ? one : one + "; " + other);
            }
        }
        findings.forEach(finding -> at(stretches, finding.line())
                .ifPresent(line -> said.computeIfAbsent(line, each -> new ArrayList<>()).add(finding)));
        List<List<SqlToken>> lines = lines(sql);
        List<SqlLine> all = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            all.add(new SqlLine(lines.get(i), said.getOrDefault(i, List.of()), effects.get(i)));
        }
        return all;
    }

    /** A statement and the lines that it takes up in the shown text, from 0. */
    private record Stretch(ReadStatement statement, int first, int last) {}

    private static List<Stretch> stretches(String sql, List<ReadStatement> statements) {
        List<Stretch> stretches = new ArrayList<>();
        int from = 0;
        for (ReadStatement statement : statements) {
            int start = sql.indexOf(statement.sql(), from);
            if (start < 0) {
                return stretches;
            }
            from = start + statement.sql().length();
            stretches.add(new Stretch(statement, breaks(sql, start), breaks(sql, from)));
        }
        return stretches;
    }

    private static int breaks(String text, int end) {
        return (int) text.substring(0, end).chars().filter(c -> c == '\n').count();
    }

    /** The shown line for a line of the document: the statement that begins last before it holds it. */
    private static java.util.Optional<Integer> at(List<Stretch> stretches, int line) {
        return stretches.stream().filter(stretch -> stretch.statement.line() <= line)
                .max(Comparator.comparingInt(stretch -> stretch.first))
                .map(stretch -> Math.min(stretch.first + line - stretch.statement.line(), stretch.last));
    }

    private static List<List<SqlToken>> lines(String sql) {
        List<List<SqlToken>> lines = new ArrayList<>(List.of(new ArrayList<>()));
        for (SqlToken token : SqlToken.of(sql)) {
            String[] parts = token.text().split("\n", -1);
            for (int i = 0; i < parts.length; i++) {
                if (i > 0) {
                    lines.add(new ArrayList<>());
                }
                if (!parts[i].isEmpty()) {
                    lines.getLast().add(new SqlToken(token.kind(), parts[i]));
                }
            }
        }
        return lines;
    }

    /** Whether anything is said at any of the lines. */
    static boolean annotated(List<SqlLine> lines) {
        return lines.stream().anyMatch(line -> !line.findings.isEmpty() || line.effect != null);
    }

    /** The findings that found their line. */
    static List<String> placed(List<SqlLine> lines) {
        return lines.stream().flatMap(line -> line.findings.stream()).map(StepText.Found::id)
                .collect(Collectors.toList());
    }
}
