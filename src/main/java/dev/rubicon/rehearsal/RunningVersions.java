package dev.rubicon.rehearsal;

import dev.rubicon.engine.Applications.FilledColumn;
import dev.rubicon.engine.Applications.Loss;
import dev.rubicon.engine.Applications.Version;
import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Script.Statement;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.plan.DataLoss;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PlanDocument;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Work;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which versions of the application run behind each phase of a plan, and what they know of its tables; read from the plan
 * alone. The version that knows nothing of the plan runs until a gate says that none runs any more that is too old. The one
 * that does knows everything that is there, and writes old and new columns alike; one that a trigger keeps in step it leaves
 * to the trigger.
 */
final class RunningVersions {

    private final PlanDocument document;
    private final Engine engine;
    private final Map<String, Set<String>> touched = new LinkedHashMap<>();
    private final Set<String> made = new LinkedHashSet<>();
    private final Set<String> copied = new TreeSet<>();

    /** @param kept phases in which a trigger keeps {@code from} in step */
    private record Filling(String table, String column, @Nullable String expression, @Nullable String from,
            IntPredicate kept) {}

    private final List<Filling> fillings = new ArrayList<>();

    RunningVersions(PlanDocument document, Engine engine) {
        this.document = document;
        this.engine = engine;
        for (Phase phase : document.phases()) {
            for (Step step : phase.steps()) {
                Set<String> tables = touched.computeIfAbsent(step.name(), name -> new LinkedHashSet<>());
                switch (step.work()) {
                    case Work.Sql sql -> engine.parse(sql.text()).statements().stream().flatMap(RunningVersions::all)
                            .forEach(action -> take(action, tables));
                    case Work.Backfill backfill -> take(step, backfill, tables);
                    case Work.PartitionedIndex index -> tables.add(name(index.table()));
                    case Work.Check check -> {
                    }
                    case Work.DynamoDb other -> {
                    }
                }
            }
        }
    }

    private static Stream<Action> all(Statement statement) {
        return Stream.concat(statement.actions().stream(), statement.body().stream().flatMap(RunningVersions::all));
    }

    private void take(Action action, Set<String> tables) {
        switch (action) {
            case Action.CreateTable create -> {
                made.add(sql(create.table()));
                tables.add(sql(create.table()));
                if (create.populated()) {
                    copied.add(sql(create.table()));
                }
            }
            case Action.Insert insert when !insert.reads().isEmpty() -> {
                copied.add(sql(insert.table()));
                tables.add(sql(insert.table()));
            }
            case Action.Update update -> {
                tables.add(sql(update.table()));
                update.assignments().forEach(each -> fillings.add(new Filling(sql(update.table()), each.column(),
                        update.reads().isEmpty() ? each.value().sql() : null, null, phase -> false)));
            }
            case Action.OnTable on -> tables.add(sql(on.table()));
            case Action.Truncate truncate -> truncate.tables().forEach(table -> tables.add(sql(table)));
            case Action.Rename rename -> tables.add(sql(rename.object()));
            case Action.SetSchema moved -> tables.add(sql(moved.object()));
            case Action.Drop drop -> {
                drop.names().forEach(name -> tables.add(sql(name)));
                QualifiedName on = drop.on();
                if (on != null) {
                    tables.add(sql(on));
                }
            }
            default -> {
            }
        }
    }

    private void take(Step step, Work.Backfill backfill, Set<String> tables) {
        String table = name(backfill.table());
        tables.add(table);
        String into = backfill.into();
        if (into != null) {
            tables.add(name(into));
            copied.add(name(into));
        } else if (!backfill.delete()) {
            Work.DualWrite dual = backfill.dualWrite();
            backfill.set().forEach((column, expression) -> fillings.add(new Filling(table, unquoted(column),
                    backfill.from() == null ? expression : null,
                    dual != null && unquoted(dual.to()).equals(unquoted(column)) ? unquoted(dual.from()) : null,
                    phase -> keeps(step, phase))));
        }
    }

    /** Whether the trigger of the step's dual write is there behind the phase. */
    private boolean keeps(Step step, int phase) {
        List<Integer> ends = document.phases().stream()
                .filter(each -> each.steps().stream().anyMatch(other -> step.name().equals(other.generatedFor())))
                .map(Phase::index).toList();
        return !ends.isEmpty() && ends.getFirst() <= phase && (ends.size() == 1 || ends.getLast() > phase);
    }

    private static String sql(QualifiedName name) {
        return name.resolved().sql();
    }

    /** A table's name as the server reads it. */
    private String name(String written) {
        return engine.parse("SELECT FROM " + written).statements().stream()
                .flatMap(statement -> statement.actions().stream())
                .flatMap(action -> action instanceof Action.Query query ? query.reads().stream() : Stream.of())
                .findFirst().map(RunningVersions::sql).orElse(written);
    }

    private static String unquoted(String column) {
        return column.startsWith("\"") ? column.substring(1, column.length() - 1).replace("\"\"", "\"") : column;
    }

    /** All tables that any step names; what has another kind or is not there is among them. */
    Set<String> touched() {
        Set<String> all = new LinkedHashSet<>();
        touched.values().forEach(all::addAll);
        return all;
    }

    /** Tables that the plan makes, and that new code alone fills. */
    Set<String> made() {
        Set<String> all = new LinkedHashSet<>(made);
        all.removeAll(copied);
        return all;
    }

    /** What is not played for what the plan says, in sentences. */
    List<String> notPlayed() {
        return made.stream().filter(copied::contains)
                .map(table -> "Nothing is written to %s alone: the plan fills it from other tables".formatted(table))
                .toList();
    }

    /** Those that write behind a phase. */
    List<Version> behind(int phase) {
        boolean gone = document.phases().stream().limit(phase + 1L).anyMatch(each -> each.after().absent() != null);
        return gone ? List.of(Version.NEW) : List.of(Version.OLD, Version.NEW);
    }

    List<FilledColumn> filled(int phase) {
        return fillings.stream().map(each -> new FilledColumn(each.table, each.column, each.expression,
                each.kept.test(phase) ? each.from : null)).toList();
    }

    /** The step whose declared loss covers this one, if there is one among these phases. */
    Optional<Step> covering(Loss loss, List<Integer> phases) {
        return phases.stream().flatMap(phase -> document.phases().get(phase).steps().stream())
                .filter(step -> covers(step.rollback().loss(), loss))
                .filter(step -> {
                    Set<String> tables = touched.getOrDefault(step.name(), Set.of());
                    return tables.isEmpty() || tables.contains(loss.table());
                }).findFirst();
    }

    private static boolean covers(DataLoss declared, Loss loss) {
        return switch (declared) {
            case NONE -> false;
            case DERIVED -> loss.added();
            case NEW_WRITES, TOTAL -> true;
        };
    }
}
