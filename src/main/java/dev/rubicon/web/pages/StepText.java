package dev.rubicon.web.pages;

import dev.rubicon.analysis.Judgement.ReadStatement;
import dev.rubicon.plan.BackfillRecord;
import dev.rubicon.plan.Durations;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Rollback;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Verification;
import dev.rubicon.plan.Work;
import dev.rubicon.plan.WorkText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One step to be read: forward and rollback side by side.
 *
 * @param migration the timestamped name that stands in ledger and audit
 * @param checks what must hold before and after, one line each
 * @param generatedFor the step for whose {@code dualWrite} it was added, or null for the author's own
 * @param loses what going back loses, in words
 * @param findings those that stand at no line of either way
 * @param acceptable errors that refuse an approval until somebody accepts them, wherever they stand
 * @param drafted the rollback that Rubicon would write, or null where it is what the author wrote
 * @param rehearsed the rehearsal that saw it carried out, or null
 */
record StepText(String name, String kind, @Nullable String generatedFor, String migration, int line, boolean river,
        Side forward, Side rollback,
        WayBack back, String loses, @Nullable String window, @Nullable List<SqlToken> lossQuery, List<Check> checks,
        List<Found> findings, List<Found> acceptable, @Nullable Drafted drafted,
        @Nullable Rehearsed rehearsed) {

    /**
     * One way of a step: a text, SQL, or what a backfill does.
     *
     * @param words said instead of SQL or above it, or an empty text
     * @param plain the SQL without what is said at its lines
     * @param seen what a rehearsal saw of it, a line each
     */
    record Side(String words, List<SqlLine> sql, List<SqlToken> plain, List<String> seen) {

        private static final SqlToken BREAK = new SqlToken("", "\n");

        Side(String words, List<SqlLine> sql) {
            this(words, sql, sql.stream().flatMap(line -> Stream.concat(line.tokens().stream(), Stream.of(BREAK)))
                    .toList(), List.of());
        }

        private Side with(List<String> seen) {
            return new Side(words, sql, plain, seen);
        }
    }

    record Check(String when, String name, String expects, List<SqlToken> sql) {}

    record Found(String id, Sign sign, String rule, String message, String why, @Nullable List<SqlToken> safeForm,
            String direction, int line, boolean open, @Nullable String accepted) {}

    /**
     * @param open ids of the findings that refuse an approval
     * @param statements what the analysis read in the step, both ways
     * @param rehearsed the newest rehearsal of the revision that passed, or null
     */
    static StepText of(Step step, PlanRevision revision, List<String> open, List<ReadStatement> statements,
            @Nullable Rehearsed rehearsed) {
        Rollback rollback = step.rollback();
        List<Found> found = findings(step.name(), revision, open);
        Side forward = annotated(recorded(side(step.work()), step, revision), "forward", statements,
                found);
        Side back = annotated(side(rollback.way()), "rollback", statements, found);
        List<String> placed = Stream.of(forward, back).flatMap(side -> SqlLine.placed(side.sql).stream()).toList();
        return new StepText(step.name(), step.work().kind(), step.generatedFor(),
                Objects.requireNonNullElse(revision.migrations().get(step.name()), ""), step.line(),
                isRiver(step, revision), seen(forward, step, true, rehearsed), seen(back, step, false, rehearsed),
                WayBack.of(step), WayBack.loses(rollback.loss()),
                rollback.window(), rollback.lossQuery() == null ? null : SqlToken.of(rollback.lossQuery()),
                checks(step), found.stream().filter(each -> !placed.contains(each.id)).toList(),
                found.stream().filter(each -> each.open && each.sign.word().equals("error")).toList(),
                Drafted.of(step, statements), rehearsed);
    }

    private static Side seen(Side side, Step step, boolean forward, @Nullable Rehearsed rehearsed) {
        return rehearsed == null ? side : side.with(rehearsed.seen(step.name(), forward));
    }

    private static Side recorded(Side side, Step step, PlanRevision revision) {
        return step.work() instanceof Work.Backfill backfill && backfill.record() instanceof Duration kept
                ? new Side(side.words.replaceAll(":$", "") + ". What the rows were is kept for "
                        + Durations.format(kept) + " in "
                        + BackfillRecord.relation(revision.plan(), step.name()) + ":", side.sql)
                : side;
    }

    private static Side annotated(Side side, String direction, List<ReadStatement> statements, List<Found> found) {
        if (side.sql.isEmpty()) {
            return side;
        }
        String sql = side.sql.stream()
                .map(line -> line.tokens().stream().map(SqlToken::text).collect(Collectors.joining()))
                .collect(Collectors.joining("\n"));
        return new Side(side.words,
                SqlLine.of(sql, statements.stream().filter(each -> each.direction().equals(direction)).toList(),
                        found.stream().filter(each -> each.direction.equals(direction)).toList()));
    }

    private static boolean isRiver(Step step, PlanRevision revision) {
        var verdict = revision.verdict();
        return verdict != null && verdict.pointOfNoReturn() != null
                && verdict.pointOfNoReturn().step().equals(step.name());
    }

    /** The findings at a step, or for null at the whole plan. */
    static List<Found> findings(@Nullable String step, PlanRevision revision, List<String> open) {
        var verdict = revision.verdict();
        return verdict == null
                ? List.of()
                : verdict.findings().stream().filter(finding -> Objects.equals(finding.step(), step))
                        .map(finding -> found(finding, open.contains(finding.id()))).toList();
    }

    static Found found(Finding finding, boolean open) {
        return new Found(finding.id(), Sign.of(finding.severity()), finding.rule(), finding.message(), finding.why(),
                finding.safeForm() == null ? null : SqlToken.of(finding.safeForm()), finding.direction(),
                finding.line(), open, finding.accepted());
    }

    private static Side side(Work work) {
        return switch (work) {
            case Work.Sql sql -> new Side("", SqlLine.of(sql.text()));
            case Work.Backfill backfill -> new Side("In batches, each its own transaction:",
                    SqlLine.of(text(backfill)));
            case Work.Check _ -> new Side("Changes nothing; its verifications are the step.", List.of());
            case Work.PartitionedIndex index -> new Side("Concurrently, partition by partition:",
                    SqlLine.of(WorkText.of(index)));
            case Work.DynamoDb dynamo ->
                new Side("", List.of(new SqlLine(List.of(new SqlToken("", dynamo.request().toString())),
                        List.of(), null)));
        };
    }

    private static Side side(Rollback.Way way) {
        return switch (way) {
            case Rollback.Reverse reverse -> side(reverse.sql());
            case Rollback.Forward forward -> {
                Side work = side(forward.work());
                yield new Side("The schema stays; this mends the data. " + work.words, work.sql);
            }
            case Rollback.Nothing nothing -> new Side("Nothing to undo: " + nothing.why(), List.of());
            case Rollback.Impossible impossible -> new Side("Impossible: " + impossible.why(), List.of());
        };
    }

    private static String text(Work.Backfill backfill) {
        String where = backfill.where() == null ? "" : "\n WHERE " + backfill.where();
        String from = backfill.from() == null ? "" : "\n  FROM " + backfill.from();
        String set = backfill.set().entrySet().stream().map(entry -> entry.getKey() + " = " + entry.getValue())
                .collect(Collectors.joining(",\n       "));
        if (backfill.delete()) {
            return "DELETE FROM " + backfill.table() + where;
        }
        if (backfill.into() != null) {
            return "INSERT INTO %s\nSELECT … FROM %s%s%s".formatted(backfill.into(), backfill.table(), where,
                    backfill.onConflict() == null ? "" : "\n    ON CONFLICT " + backfill.onConflict());
        }
        return "UPDATE " + backfill.table() + "\n   SET " + set + from + where;
    }

    private static List<Check> checks(Step step) {
        List<Check> checks = new ArrayList<>();
        step.before().forEach(verification -> checks.add(check("before", verification)));
        step.verify().forEach(verification -> checks.add(check("after", verification)));
        return checks;
    }

    private static Check check(String when, Verification verification) {
        return switch (verification) {
            case Verification.Query query -> new Check(when, query.name(), expects(query.expected()),
                    SqlToken.of(query.sql()));
            case Verification.RowCountUnchanged unchanged -> new Check(when, unchanged.name(),
                    "the number of rows does not change", List.of());
            case Verification.Same same -> new Check(when, same.name(), "equal results",
                    SqlToken.of(same.sql() + "\n=\n" + same.as()));
        };
    }

    private static String expects(Verification.Expected expected) {
        return switch (expected) {
            case Verification.Value value -> "is " + (value.text() == null ? "NULL" : value.text());
            case Verification.Between between when between.min() == null -> "at most " + between.max();
            case Verification.Between between when between.max() == null -> "at least " + between.min();
            case Verification.Between between -> "between " + between.min() + " and " + between.max();
        };
    }
}
