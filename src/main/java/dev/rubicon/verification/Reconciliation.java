package dev.rubicon.verification;

import dev.rubicon.engine.Engine;
import dev.rubicon.engine.schema.SchemaObject.Kind;
import dev.rubicon.verification.Remedy.Part;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A plan that leads a target back to what should be there: it creates what is missing, drops what is too much, and leaves to
 * a person, as comments, what statements alone do not say. It is a draft; its analysis judges it like any other.
 */
final class Reconciliation {

    private static final int LONGEST_NAME = 80;
    private static final Pattern INDEXED = Pattern.compile(" ON (?:ONLY )?(\\S+) USING ");
    private static final Pattern OWNED = Pattern.compile(" OWNED BY (\\S+)\\.[^.]+;");

    private static final String NOTHING = """
              - phase: expand
                steps:
                  - step: nothing-drafted
                    check:
                      - name: put steps in place of this one
                        sql: SELECT 1
                        expect: 1
                    rollback:
                      nothing: it changes nothing
                      dataLoss: none
            """.indent(2);

    private final String target;
    private final Remedies remedies;
    private final List<Remedy> steps = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private Reconciliation(String target, Engine engine) {
        this.target = target;
        this.remedies = new Remedies(engine);
    }

    static Reconciliation of(String target, List<SchemaChange> changes, Engine engine) {
        Reconciliation plan = new Reconciliation(target, engine);
        List<SchemaChange> rest = new ArrayList<>(changes);
        changes.stream().filter(each -> each.kind() == Kind.TABLE && each.way() != SchemaChange.Way.CHANGED)
                .forEach(table -> plan.withItsOwn(table, rest));
        rest.stream().filter(each -> each.way() != SchemaChange.Way.ADDED)
                .forEach(each -> plan.steps.addAll(plan.remedies.of(each)));
        rest.reversed().stream().filter(each -> each.way() == SchemaChange.Way.ADDED)
                .forEach(each -> plan.steps.addAll(plan.remedies.of(each)));
        return plan;
    }

    /** A table comes and goes with its constraints, indexes, triggers, policies and sequences. */
    private void withItsOwn(SchemaChange table, List<SchemaChange> rest) {
        List<SchemaChange> own = rest.stream().filter(each -> each != table && each.way() == table.way())
                .filter(each -> owner(each).filter(table.name()::equals).isPresent()).toList();
        rest.removeAll(own);
        rest.remove(table);
        List<String> statements = new ArrayList<>();
        own.stream().filter(each -> each.kind() == Kind.SEQUENCE)
                .forEach(each -> statements.addAll(of(each).stream().filter(sql -> !owns(sql)).toList()));
        statements.addAll(of(table));
        own.stream().filter(each -> each.kind() != Kind.SEQUENCE).forEach(each -> statements.addAll(of(each)));
        own.stream().filter(each -> each.kind() == Kind.SEQUENCE)
                .forEach(each -> statements.addAll(of(each).stream().filter(Reconciliation::owns).toList()));
        List<String> drop = List.of("DROP TABLE " + table.name());
        steps.add(table.way() == SchemaChange.Way.REMOVED
                ? Remedy.of(Part.EXPAND, "create " + table.words(), statements, drop).losingNewWrites()
                : Remedy.of(Part.CONTRACT, "drop " + table.words(), drop, statements).destroying());
    }

    private static boolean owns(String sql) {
        return sql.contains(" OWNED BY ");
    }

    private List<String> of(SchemaChange change) {
        return remedies.statements(change.before() == null ? change.after() : change.before());
    }

    private static Optional<String> owner(SchemaChange change) {
        String text = String.valueOf(change.before() == null ? change.after() : change.before());
        return switch (change.kind()) {
            case CONSTRAINT, FOREIGN_KEY, TRIGGER, POLICY, RULE -> Dropping.table(change.name());
            case INDEX -> first(INDEXED.matcher(text));
            case SEQUENCE -> first(OWNED.matcher(text));
            default -> Optional.empty();
        };
    }

    private static Optional<String> first(Matcher matcher) {
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** The document. */
    String yaml() {
        StringBuilder out = new StringBuilder();
        out.append("# Drafted from what differs on ").append(target)
                .append(". Read it, and mend it where it has to be.\n");
        remedies.byHand().forEach(each -> {
            out.append("#\n# To be written by hand: ");
            out.append(each.replace("\n", "\n#     ")).append('\n');
        });
        out.append("plan: ").append(name("reconcile " + target)).append('\n');
        out.append("title: Lead ").append(target).append(" back to what should be there\n");
        out.append(
                "description: Drafted from the differences between what the last rollout left there and what is there.\n");
        out.append("engine: postgresql\nphases:\n");
        for (Part part : Part.values()) {
            phase(out, part, steps.stream().filter(each -> each.part() == part)
                    .sorted(Comparator.comparing(Remedy::destroys)).toList());
        }
        if (steps.isEmpty()) {
            out.append(NOTHING);
        }
        return out.toString();
    }

    private void phase(StringBuilder out, Part part, List<Remedy> all) {
        if (all.isEmpty()) {
            return;
        }
        out.append("  - phase: ").append(part.name().toLowerCase(Locale.ROOT)).append('\n');
        Optional<Remedy> river = all.stream().filter(Remedy::destroys).findFirst();
        if (river.isPresent()) {
            out.append("    after:\n      backup: { maxAge: 24h }\n");
        }
        out.append("    steps:\n");
        all.forEach(each -> step(out, each, river.filter(first -> first == each).isPresent()));
    }

    private void step(StringBuilder out, Remedy step, boolean river) {
        out.append("      - step: ").append(name(step.what())).append("\n        sql:\n");
        statements(out, step.forward(), "          ");
        if (river) {
            out.append("        pointOfNoReturn: true\n");
        }
        out.append("        rollback:\n");
        if (step.back().isEmpty()) {
            out.append("          nothing: the step before it takes it along\n");
        } else {
            out.append("          sql:\n");
            statements(out, step.back(), "            ");
        }
        out.append("          dataLoss: ").append(step.loss()).append('\n');
    }

    private static void statements(StringBuilder out, List<String> statements, String indent) {
        for (String sql : statements) {
            out.append(indent).append("- |-\n");
            (sql + ";").lines().forEach(line -> out.append(indent).append("  ").append(line).append('\n'));
        }
    }

    private String name(String words) {
        String name = words.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
        String base = name.length() > LONGEST_NAME - 4 ? name.substring(0, LONGEST_NAME - 4) : name;
        String free = base;
        for (int i = 2; !names.add(free); i++) {
            free = base + "-" + i;
        }
        return free;
    }
}
