package dev.rubicon.web.pages;

import dev.rubicon.plan.Finding;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Rollback;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Verification;
import dev.rubicon.plan.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One step to be read: forward and rollback side by side.
 *
 * @param migration the timestamped name that stands in ledger and audit
 * @param checks what must hold before and after, one line each
 * @param loses what going back loses, in words
 */
record StepText(String name, String kind, String migration, int line, boolean river, Side forward, Side rollback,
        WayBack back, String loses, @Nullable String window, @Nullable List<SqlToken> lossQuery, List<Check> checks,
        List<Found> findings) {

    /**
     * One way of a step: a text, SQL, or what a backfill does.
     *
     * @param words said instead of SQL or above it, or an empty text
     */
    record Side(String words, List<SqlToken> sql) {}

    record Check(String when, String name, String expects, List<SqlToken> sql) {}

    record Found(String id, Sign sign, String rule, String message, String why, @Nullable List<SqlToken> safeForm,
            String direction, int line, boolean open) {}

    /** @param open ids of the findings that refuse an approval */
    static StepText of(Step step, PlanRevision revision, List<String> open) {
        Rollback rollback = step.rollback();
        return new StepText(step.name(), step.work().kind(),
                Objects.requireNonNullElse(revision.migrations().get(step.name()), ""), step.line(),
                isRiver(step, revision), side(step.work()), side(rollback.way()), WayBack.of(step),
                WayBack.loses(rollback.loss()), rollback.window(),
                rollback.lossQuery() == null ? null : SqlToken.of(rollback.lossQuery()), checks(step),
                findings(step.name(), revision, open));
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
                finding.line(), open);
    }

    private static Side side(Work work) {
        return switch (work) {
            case Work.Sql sql -> new Side("", SqlToken.of(sql.text()));
            case Work.Backfill backfill -> new Side("In batches, each its own transaction:",
                    SqlToken.of(text(backfill)));
            case Work.Check _ -> new Side("Changes nothing; its verifications are the step.", List.of());
            case Work.PartitionedIndex index -> new Side("Concurrently, partition by partition:", SqlToken.of(
                    "CREATE %sINDEX %s ON %s (%s)%s".formatted(index.unique() ? "UNIQUE " : "", index.name(),
                            index.table(), String.join(", ", index.columns()),
                            index.where() == null ? "" : "\n WHERE " + index.where())));
            case Work.DynamoDb dynamo -> new Side("", List.of(new SqlToken("", dynamo.request().toString())));
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

    /** Every step of a revision, by its name. */
    static Map<String, StepText> all(PlanRevision revision, List<String> open) {
        return revision.document().steps().collect(Collectors.toMap(Step::name, step -> of(step, revision, open)));
    }
}
