package dev.rubicon.rehearsal;

import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Script.Statement;
import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.schema.SchemaObject.Kind;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.Rollback;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Work;
import dev.rubicon.plan.WorkText;
import dev.rubicon.verification.SchemaChange;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a phase made on its target, going back forgets, and going up again does not make anew because it is still there, as
 * {@code IF NOT EXISTS} and {@code OR REPLACE} leave it: no leg of a drill touches it, so that only what the phase had found
 * and left on the target tells of it. Others may have changed the target while the phase ran; whose work it is, the names in
 * the steps say.
 */
final class LeftBehind {

    private static final Pattern NAME = Pattern.compile("\"(?:[^\"]|\"\")+\"|[^\\s\".(]+");

    private final Engine engine;
    private final Phase phase;
    private final List<SchemaChange> broken = new ArrayList<>();
    private final List<String> unproven = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();

    LeftBehind(Engine engine, Phase phase) {
        this.engine = engine;
        this.phase = phase;
    }

    /**
     * Looks behind the way back of the phase.
     *
     * @param before what the phase had found on the target
     * @param found what is there behind the way back
     * @param legs what the drill itself changed: told elsewhere
     * @param run what the phase changed on the target, or null where that is not known
     */
    void look(SchemaSnapshot before, SchemaSnapshot found, Restored legs, @Nullable Restored run) {
        Restored whole = new Restored();
        whole.went(before, found);
        Restored changed = run == null ? whole : run;
        List<SchemaChange> left = whole.differences(before, found).stream()
                .filter(change -> legs.touched(change).isEmpty() && !changed.touched(change).isEmpty()).toList();
        List<SchemaChange> named = left.stream()
                .filter(change -> phase.steps().stream().anyMatch(step -> names(step, change, changed))).toList();
        named.forEach(change -> judgeNamed(change, changed, run != null));
        if (run != null) {
            left.stream()
                    .filter(change -> !named.contains(change) && named.stream().noneMatch(each -> has(change, each)))
                    .forEach(this::judgeNameless);
        }
    }

    private void judgeNamed(SchemaChange change, Restored changed, boolean known) {
        if (phase.steps().stream().filter(LeftBehind::undoes).noneMatch(step -> names(step, change, changed))) {
            notes.add("Stays behind the way back, as the plan says: " + change.words());
        } else if (known) {
            broken.add(change);
        } else {
            unproven.add(("What phase %d left on the target is not known here, and %s is not what it was before it, "
                    + "though neither way touches it").formatted(phase.index() + 1, change.words()));
        }
    }

    private void judgeNameless(SchemaChange change) {
        if (phase.steps().stream().anyMatch(this::opaque)) {
            unproven.add(
                    "%s changed while phase %d ran and stays so, and whether a step did it cannot be read from the plan"
                            .formatted(change.words(), phase.index() + 1));
        } else {
            notes.add("Changed while phase %d ran, and by no step: %s".formatted(phase.index() + 1, change.words()));
        }
    }

    /** Whether an object came with another one, as a table's key and the sequences of its columns do. */
    private static boolean has(SchemaChange change, SchemaChange named) {
        return change.after() != null && change.after().contains(named.name());
    }

    /** Whether the way back is to leave nothing of the step; of the others the plan says that the schema stays. */
    private static boolean undoes(Step step) {
        return step.rollback().way() instanceof Rollback.Reverse;
    }

    private static boolean names(Step step, SchemaChange change, Restored changed) {
        return changed.touched(change).stream().anyMatch(part -> names(step, change, part));
    }

    /** Whether a step's text has the name of the object, or where it is a part of a table, that of its column. */
    private static boolean names(Step step, SchemaChange change, String part) {
        boolean column = change.kind() == Kind.TABLE && change.way() == SchemaChange.Way.CHANGED
                && part.startsWith("    ");
        String name = column ? firstName(part.strip()) : ownName(change.name());
        return Pattern.compile("(?<![\\w$])" + Pattern.quote(name) + "(?![\\w$])",
                Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS)
                .matcher(WorkText.of(step.work())).find();
    }

    /** Without its schema, its arguments and its table, like {@code f} of {@code public.f(integer)}. */
    private static String ownName(String whole) {
        Matcher name = NAME.matcher(whole);
        if (!name.find()) {
            return whole;
        }
        String first = name.group();
        return whole.startsWith(".", name.end()) && name.find() ? unquoted(name.group()) : unquoted(first);
    }

    private static String firstName(String text) {
        Matcher name = NAME.matcher(text);
        return name.find() ? unquoted(name.group()) : text;
    }

    private static String unquoted(String name) {
        return name.startsWith("\"") ? name.substring(1, name.length() - 1) : name;
    }

    /** Whether a step may change what its text does not name. */
    private boolean opaque(Step step) {
        return step.work() instanceof Work.Sql sql && engine.parse(sql.text()).statements().stream()
                .anyMatch(LeftBehind::opaque);
    }

    private static boolean opaque(Statement statement) {
        return statement.dynamic()
                || Stream.concat(statement.actions().stream(), statement.body().stream().flatMap(
                        inner -> inner.actions().stream())).anyMatch(action -> switch (action) {
                            case Action.Other call -> true;
                            case Action.Query query -> !query.functions().isEmpty();
                            default -> false;
                        });
    }

    /** What the way back should have undone. */
    List<SchemaChange> broken() {
        return broken;
    }

    /** Why there is no telling whether the way back undoes all, in sentences. */
    List<String> unproven() {
        return unproven;
    }

    /** What is there and is nobody's fault, in sentences. */
    List<String> notes() {
        return notes;
    }
}
