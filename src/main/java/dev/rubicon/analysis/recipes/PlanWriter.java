package dev.rubicon.analysis.recipes;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Writes a plan document, line by line, with comments for those who read and change it. */
final class PlanWriter {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_(). ;,'-]*[A-Za-z0-9_().;]|[A-Za-z]");
    private static final Pattern WORD = Pattern.compile("(?i)true|false|null|yes|no|on|off|y|n");
    private static final int WIDTH = 110;
    private static final int PHASE = 4;
    private static final int STEP = 8;

    private final StringBuilder text = new StringBuilder();

    /** @param about what the plan does and why so, in sentences */
    PlanWriter(String plan, String title, String about) {
        key(0, "plan", plan);
        key(0, "title", title.length() > 200 ? title.substring(0, 200) : title);
        line(0, "description: >-");
        wrap(about, WIDTH - 2).forEach(each -> line(2, each));
        key(0, "engine", "postgresql");
        line(0, "");
        line(0, "phases:");
    }

    String text() {
        return text.toString();
    }

    PlanWriter phase(String kind, String title, String comment) {
        if (!text.toString().endsWith("phases:\n")) {
            line(0, "");
        }
        comment(2, comment);
        line(2, "- phase: " + kind);
        key(PHASE, "title", title);
        return this;
    }

    /** Begins the gates of a phase. */
    PlanWriter after() {
        line(PHASE, "after:");
        return this;
    }

    /** At least one live version from this one on, and none before it. */
    PlanWriter onlyFrom(Answers answers, String version, String because) {
        return deployed(answers, version, because).gone(answers, version, "an older version may still run");
    }

    PlanWriter deployed(Answers answers, String version, String because) {
        versions("deployment", answers.text("application"), ">=" + answers.text(version), because);
        return this;
    }

    PlanWriter gone(Answers answers, String version, String because) {
        versions("absent", answers.text("application"), "<" + answers.text(version), because);
        return this;
    }

    private void versions(String gate, String application, String range, String because) {
        line(PHASE + 2, gate + ":");
        key(PHASE + 4, "application", application);
        key(PHASE + 4, "version", range);
        key(PHASE + 4, "because", because);
    }

    PlanWriter soak(String time) {
        line(PHASE + 2, "soak: " + time);
        return this;
    }

    PlanWriter backup() {
        line(PHASE + 2, "backup:");
        line(PHASE + 4, "maxAge: 24h");
        return this;
    }

    PlanWriter steps() {
        line(PHASE, "steps:");
        return this;
    }

    PlanWriter step(String name, String comment) {
        comment(PHASE + 2, comment);
        line(PHASE + 2, "- step: " + name);
        return this;
    }

    /** The statement, which ends with a semicolon. */
    PlanWriter sql(String sql) {
        block(STEP, "sql", sql);
        return this;
    }

    PlanWriter backfill(String table) {
        line(STEP, "backfill:");
        key(STEP + 2, "table", table);
        return this;
    }

    PlanWriter dualWrite(String from, String to) {
        line(STEP + 2, "dualWrite:");
        key(STEP + 4, "from", from);
        key(STEP + 4, "to", to);
        return this;
    }

    PlanWriter set() {
        line(STEP + 2, "set:");
        return this;
    }

    PlanWriter set(String column, String expression) {
        key(STEP + 4, scalar(column), expression);
        return this;
    }

    PlanWriter where(String condition) {
        key(STEP + 2, "where", condition);
        return this;
    }

    PlanWriter pointOfNoReturn() {
        line(STEP, "pointOfNoReturn: true");
        return this;
    }

    /** Begins {@code before}, {@code check} or {@code verify}. */
    PlanWriter ask(String key) {
        line(STEP, key + ":");
        return this;
    }

    PlanWriter query(String name, String sql, String expected) {
        line(STEP + 2, "- name: " + scalar(name));
        block(STEP + 4, "sql", sql);
        line(STEP + 4, "expect: " + expected);
        return this;
    }

    PlanWriter rowCount() {
        line(STEP + 2, "- name: no row came or went");
        line(STEP + 4, "rowCount: unchanged");
        return this;
    }

    /** Begins the way back of a step; what it is comes next. */
    PlanWriter rollback(String loss) {
        line(STEP, "rollback:");
        line(STEP + 2, "dataLoss: " + loss);
        return this;
    }

    PlanWriter undo(String sql) {
        block(STEP + 2, "sql", sql);
        return this;
    }

    PlanWriter forward(String sql) {
        line(STEP + 2, "forward:");
        block(STEP + 4, "sql", sql);
        return this;
    }

    PlanWriter nothing(String because) {
        key(STEP + 2, "nothing", because);
        return this;
    }

    PlanWriter impossible(String because) {
        key(STEP + 2, "impossible", because);
        return this;
    }

    PlanWriter window(String until) {
        key(STEP + 2, "window", until);
        return this;
    }

    PlanWriter lossQuery(String sql) {
        block(STEP + 2, "lossQuery", sql);
        return this;
    }

    private void key(int depth, String key, String value) {
        line(depth, key + ": " + scalar(value));
    }

    private void block(int depth, String key, String value) {
        line(depth, key + ": |-");
        value.strip().lines().forEach(each -> line(depth + 2, each));
    }

    private void comment(int depth, String comment) {
        if (!comment.isEmpty()) {
            wrap(comment, WIDTH - depth - 2).forEach(each -> line(depth, "# " + each));
        }
    }

    private void line(int depth, String line) {
        text.append(line.isEmpty() ? "" : " ".repeat(depth)).append(line).append('\n');
    }

    /** Bare where YAML reads it as that very text, else in double quotes as in JSON. */
    private static String scalar(String value) {
        if (PLAIN.matcher(value).matches() && !WORD.matcher(value).matches()) {
            return value;
        }
        return value.codePoints().mapToObj(PlanWriter::escaped).collect(Collectors.joining("", "\"", "\""));
    }

    private static String escaped(int point) {
        return switch (point) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            default -> Character.isISOControl(point) ? "\\u%04x".formatted(point) : Character.toString(point);
        };
    }

    private static List<String> wrap(String sentence, int width) {
        List<String> lines = new java.util.ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : sentence.split(" ")) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
