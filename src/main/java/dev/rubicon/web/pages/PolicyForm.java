package dev.rubicon.web.pages;

import dev.rubicon.problem.Violations;
import dev.rubicon.registry.Durations;
import dev.rubicon.registry.Environment;
import dev.rubicon.registry.EnvironmentChange;
import dev.rubicon.registry.Policy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An environment as the fields of a form, there and back. The fields are named like the members of the API's body. */
final class PolicyForm {

    /** In place of the time between two drills, where there are none. */
    private static final String OFF = "off";

    private final Form form;
    private final Violations violations = new Violations();

    private PolicyForm(Form form) {
        this.form = form;
    }

    /** What is stored, by the names of the fields. */
    static Map<String, String> stored(Environment environment) {
        Policy policy = environment.policy();
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("position", Integer.toString(environment.position()));
        fields.put("approvals.normal", Integer.toString(policy.approvals().normal()));
        fields.put("approvals.highRisk", Integer.toString(policy.approvals().highRisk()));
        fields.put("approvals.river", Integer.toString(policy.approvals().river()));
        fields.put("windows", String.join("\n", policy.windows().stream().map(WindowText::of).toList()));
        fields.put("stallBudget", Durations.text(policy.stallBudget()));
        fields.put("patience", Durations.text(policy.patience()));
        fields.put("connectionsPerServer", Integer.toString(policy.connectionsPerServer()));
        fields.put("holderActions", policy.holderActions() ? "true" : "");
        Policy.Rehearsed rehearsal = policy.rehearsal();
        fields.put("rehearsal.class", rehearsal == null ? "" : rehearsal.evidence());
        fields.put("rehearsal.maxAge", rehearsal == null ? "" : Durations.text(rehearsal.maxAge()));
        Policy.Drift drift = policy.drift();
        fields.put("drift.interval",
                drift == null || drift.interval() == null ? "" : Durations.text(drift.interval()));
        fields.put("drift.ignore", String.join("\n", policy.ignored()));
        Policy.Drills drills = policy.drills();
        fields.put("drills.every", drills == null
                ? ""
                : policy.drilled().isEmpty() ? OFF : drills.every() == null ? "" : Durations.text(drills.every()));
        fields.put("drills.until", drills == null || drills.until() == null ? "" : Durations.text(drills.until()));
        return fields;
    }

    /**
     * The environment that the fields describe.
     *
     * @throws dev.rubicon.problem.Problem INVALID_INPUT with every text that is no number, duration or window
     */
    static EnvironmentChange read(Form form) {
        return new PolicyForm(form).change();
    }

    private EnvironmentChange change() {
        int position = number("position", "/position");
        Policy.Approvals approvals = new Policy.Approvals(number("approvals.normal"), number("approvals.highRisk"),
                number("approvals.river"));
        Policy policy = new Policy(approvals, windows(), duration("stallBudget"), duration("patience"),
                number("connectionsPerServer"), !form.value("holderActions").isEmpty(), rehearsal(), drift(),
                drills());
        violations.refuse();
        return new EnvironmentChange(position, policy);
    }

    private Policy.@Nullable Rehearsed rehearsal() {
        String evidence = form.value("rehearsal.class");
        return evidence.isEmpty() ? null : new Policy.Rehearsed(evidence, duration("rehearsal.maxAge"));
    }

    private Policy.@Nullable Drift drift() {
        String interval = form.value("drift.interval").strip();
        List<String> ignore = lines("drift.ignore");
        return interval.isEmpty() && ignore.isEmpty()
                ? null
                : new Policy.Drift(interval.isEmpty() ? null : duration("drift.interval"), ignore);
    }

    private Policy.@Nullable Drills drills() {
        String every = form.value("drills.every").strip();
        String until = form.value("drills.until").strip();
        boolean off = every.equals(OFF);
        return every.isEmpty() && until.isEmpty()
                ? null
                : new Policy.Drills(off ? Boolean.FALSE : null,
                        off || every.isEmpty() ? null : duration("drills.every"),
                        until.isEmpty() ? null : duration("drills.until"));
    }

    private List<Policy.Window> windows() {
        List<Policy.Window> windows = new ArrayList<>();
        lines("windows").forEach(line -> {
            try {
                windows.add(WindowText.read(line));
            } catch (IllegalArgumentException e) {
                violations.add("/policy/windows", String.valueOf(e.getMessage()));
            }
        });
        return windows;
    }

    private List<String> lines(String name) {
        return form.value(name).lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }

    private int number(String name) {
        return number(name, pointer(name));
    }

    private int number(String name, String pointer) {
        String text = form.value(name).strip();
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            violations.add(pointer, "'" + text + "' is not a whole number");
            return 1;
        }
    }

    private Duration duration(String name) {
        try {
            return Durations.parse(form.value(name).strip());
        } catch (IllegalArgumentException e) {
            violations.add(pointer(name), String.valueOf(e.getMessage()));
            return Duration.ZERO;
        }
    }

    private static String pointer(String name) {
        return "/policy/" + name.replace('.', '/');
    }
}
