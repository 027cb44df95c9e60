package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.Severity;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Work;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A column or table dropped that the same plan still uses. */
final class DroppedButUsedRule implements Rule.OfPlan {

    private static final RulePage PAGE = new RulePage("dropped-but-used",
            "Something dropped that the same plan still uses", Severity.ERROR,
            "What a step drops, a later step, a view or a function of the same plan cannot use: it fails half-way, or at "
                    + "the first call.",
            """
            - phase: contract
              after:
                deployment: { application: web, version: ">=2.5.0" }
                absent: { application: web, version: "<2.5.0" }
                backup: { maxAge: 24h }
              steps:
                - step: drop-username
                  sql: ALTER TABLE users DROP COLUMN username;
                  pointOfNoReturn: true
                  rollback: { impossible: username is gone; restore it from the backup, dataLoss: total }
                - step: copy-username
                  backfill: { table: users, set: { display_name: username }, where: display_name IS NULL }
                  rollback: { nothing: derived data, dataLoss: none }
            """, """
            - phase: migrate
              steps:
                - step: copy-username
                  backfill: { table: users, set: { display_name: username }, where: display_name IS NULL }
                  rollback: { nothing: derived data, dataLoss: none }
            - phase: contract
              after:
                deployment: { application: web, version: ">=2.5.0" }
                absent: { application: web, version: "<2.5.0" }
                backup: { maxAge: 24h }
              steps:
                - step: drop-username
                  sql: ALTER TABLE users DROP COLUMN username;
                  pointOfNoReturn: true
                  rollback: { impossible: username is gone; restore it from the backup, dataLoss: total }
            """);

    /** @param column null for the table as a whole */
    private record Dropped(QualifiedName table, @org.jspecify.annotations.Nullable String column) {
        String words() {
            return column == null ? table.toString() : table + "." + Identifiers.quote(column);
        }

        boolean named(String sql) {
            String name = column == null ? table.name() : column;
            return Pattern.compile("(?<![A-Za-z0-9_])" + Pattern.quote(name) + "(?![A-Za-z0-9_])",
                    Pattern.CASE_INSENSITIVE).matcher(sql).find();
        }
    }

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(JudgedPlan plan, Findings findings) {
        List<Judged> forward = plan.judged().stream().filter(each -> !each.rollback() && !each.nested()).toList();
        for (int i = 0; i < forward.size(); i++) {
            Judged at = forward.get(i);
            List<Judged> before = forward.subList(0, i);
            List<Judged> behind = forward.subList(i + 1, forward.size());
            dropped(at).forEach(dropped -> Stream.of(held(dropped, before), used(dropped, behind),
                    filled(plan, dropped, at), asked(plan, dropped, at)).flatMap(Optional::stream).findFirst()
                    .ifPresent(use -> findings.add(PAGE, at, "Step " + at.at().step() + " drops " + dropped.words()
                            + ", which " + use, null)));
        }
    }

    private static List<Dropped> dropped(Judged judged) {
        List<Dropped> all = new ArrayList<>();
        judged.actions(Action.DropColumn.class).filter(drop -> !drop.cascade())
                .forEach(drop -> all.add(new Dropped(drop.table(), drop.column())));
        judged.actions(Action.Drop.class).filter(drop -> drop.kind() == Action.ObjectKind.TABLE && !drop.cascade())
                .forEach(drop -> drop.names().forEach(name -> all.add(new Dropped(name, null))));
        return all;
    }

    /** A view or function that the plan made before and that names it. */
    private static Optional<String> held(Dropped dropped, List<Judged> before) {
        return before.stream().flatMap(each -> each.actions().stream().map(action -> switch (action) {
            case Action.CreateView view when reads(view.reads(), dropped)
                    && (dropped.column() == null || view.columns().contains(dropped.column()))
                    && stands(view.view(), before) ->
                "the view " + view.view() + " of step " + each.at().step() + " reads";
            case Action.CreateFunction function when function.body().stream().flatMap(List::stream)
                    .anyMatch(inner -> touches(inner, dropped)) && dropped.named(each.statement().sql()) ->
                "the function " + function.function() + " of step " + each.at().step() + " uses";
            default -> null;
        })).filter(Objects::nonNull).findFirst();
    }

    private static boolean stands(QualifiedName view, List<Judged> before) {
        return before.stream().flatMap(each -> each.actions(Action.Drop.class))
                .noneMatch(drop -> drop.names().stream().anyMatch(view::same));
    }

    private static Optional<String> used(Dropped dropped, List<Judged> behind) {
        for (Judged each : behind) {
            if (each.actions().stream().anyMatch(action -> comesBack(action, dropped))) {
                return Optional.empty();
            }
            if (Held.actions(each.actions()).anyMatch(action -> touches(action, dropped))
                    && dropped.named(each.statement().sql())) {
                return Optional.of("step " + each.at().step() + " behind it uses: "
                        + Sentences.brief(each.statement().sql()));
            }
        }
        return Optional.empty();
    }

    private static boolean comesBack(Action action, Dropped dropped) {
        return switch (action) {
            case Action.AddColumn add -> add.table().same(dropped.table())
                    && (dropped.column() == null || add.column().name().equals(dropped.column()));
            case Action.CreateTable create -> create.table().same(dropped.table());
            case Action.CreateView create -> create.view().same(dropped.table());
            case Action.Rename rename -> rename.to().equals(
                    dropped.column() == null ? dropped.table().name() : dropped.column());
            case Action.Drop drop -> drop.ifExists() && reads(drop.names(), dropped);
            case Action.DropColumn drop -> drop.ifExists() && drop.table().same(dropped.table());
            default -> false;
        };
    }

    private static boolean touches(Action action, Dropped dropped) {
        return switch (action) {
            case Action.Insert insert -> insert.table().same(dropped.table()) || reads(insert.reads(), dropped);
            case Action.Update update -> update.table().same(dropped.table()) || reads(update.reads(), dropped);
            case Action.Delete delete -> delete.table().same(dropped.table()) || reads(delete.reads(), dropped);
            case Action.Merge merge -> merge.table().same(dropped.table()) || reads(merge.reads(), dropped);
            case Action.OnTable on -> on.table().same(dropped.table());
            case Action.Query query -> reads(query.reads(), dropped);
            case Action.CreateView view -> reads(view.reads(), dropped);
            case Action.CreateTable table -> reads(table.reads(), dropped);
            case Action.CreateFunction function ->
                function.body().stream().flatMap(List::stream).anyMatch(inner -> touches(inner, dropped));
            default -> false;
        };
    }

    private static boolean reads(List<QualifiedName> tables, Dropped dropped) {
        return tables.stream().anyMatch(table -> table.same(dropped.table()));
    }

    /** A backfill behind the drop. */
    private static Optional<String> filled(JudgedPlan plan, Dropped dropped, Judged at) {
        return behind(plan, at).filter(step -> step.work() instanceof Work.Backfill backfill && uses(backfill, dropped))
                .findFirst().map(step -> "the backfill of step " + step.name() + " behind it uses");
    }

    private static boolean uses(Work.Backfill backfill, Dropped dropped) {
        boolean reads = PlanNames.of(backfill.table()).same(dropped.table());
        boolean joins = backfill.from() != null && dropped.named(backfill.from());
        if (dropped.column() == null) {
            return reads || joins || (backfill.into() != null && PlanNames.of(backfill.into()).same(dropped.table()));
        }
        return reads && Stream.concat(backfill.set().entrySet().stream().flatMap(each -> Stream.of(each.getKey(),
                each.getValue())), Stream.ofNullable(backfill.where())).anyMatch(dropped::named);
    }

    /** A verification or loss query behind the drop. */
    private static Optional<String> asked(JudgedPlan plan, Dropped dropped, Judged at) {
        List<String> steps = behind(plan, at).map(Step::name).toList();
        return plan.statements().stream()
                .filter(each -> each.use() == Statements.Use.QUERY && steps.contains(each.step()))
                .filter(each -> each.all().map(Statements.Located::statement)
                        .anyMatch(one -> one.actions().stream().anyMatch(action -> touches(action, dropped))
                                && dropped.named(one.sql())))
                .findFirst().map(each -> "a query of step " + each.step() + " behind it reads");
    }

    private static Stream<Step> behind(JudgedPlan plan, Judged at) {
        return plan.document().steps().dropWhile(step -> !step.name().equals(at.at().step())).skip(1);
    }
}
