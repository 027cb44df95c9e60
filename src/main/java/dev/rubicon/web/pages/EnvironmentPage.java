package dev.rubicon.web.pages;

import dev.rubicon.registry.Durations;
import dev.rubicon.registry.Environment;
import dev.rubicon.registry.Policy;
import dev.rubicon.security.Account;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import dev.rubicon.security.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One environment: what holds there in plain words, and the form for who may change it.
 *
 * @param version what the form was filled from
 * @param facts what is set, in the order of the form
 * @param holders who has which role, or null for a reader who may not know
 */
record EnvironmentPage(String name, int position, long version, boolean mayChange, List<Fact> facts,
        @Nullable List<Holder> holders, Fields fields) {

    /**
     * One rule.
     *
     * @param values in words
     * @param means what that does, or an empty text
     */
    record Fact(String title, List<String> values, String means) {}

    /** @param people account names; who has the role everywhere says so */
    record Holder(String role, List<Person> people) {}

    record Person(String name, boolean everywhere, boolean disabled) {}

    /** @param classes that may be demanded of a rehearsal; the first is for nothing */
    record Fields(boolean refused, Form.Field position, List<Form.Field> approvals, List<Form.Field> guardrails,
            boolean holderActions, String holderActionsNow, Form.Field windows, List<Choice> classes,
            String classWrong, String classNow, Form.Field maxAge, List<Form.Field> drift, List<Form.Field> drills) {}

    record Choice(String value, String words, boolean chosen) {}

    static EnvironmentPage of(Environment environment, Form form, @Nullable List<Account> people, Actor actor) {
        return new EnvironmentPage(environment.name(), environment.position(), environment.version(),
                actor.may(Permission.MANAGE_ENVIRONMENTS, environment.name()), facts(environment),
                people == null ? null : holders(environment.name(), people), fields(form));
    }

    private static List<Fact> facts(Environment environment) {
        Policy policy = environment.policy();
        Policy.Rehearsed rehearsal = policy.rehearsal();
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Place in the order", List.of(Integer.toString(environment.position())),
                "from the first, where changes are tried, to production"));
        facts.add(new Fact("Approvals of a phase", List.of(people(policy.approvals().normal()),
                people(policy.approvals().highRisk()) + " at high risk",
                people(policy.approvals().river()) + " to cross the point of no return, and behind it"), ""));
        facts.add(new Fact("Phases may start", policy.windows().isEmpty()
                ? List.of("at any time")
                : policy.windows().stream().map(EnvironmentPage::window).toList(), ""));
        facts.add(new Fact("Stall budget", List.of(Durations.text(policy.stallBudget())),
                "the longest that the application may wait behind a step"));
        facts.add(new Fact("Patience", List.of(Durations.text(policy.patience())),
                "for a step to get its locks, unless it has its own"));
        facts.add(new Fact("Connections", List.of(Amounts.count(policy.connectionsPerServer())),
                "that Rubicon may hold to one target server"));
        facts.add(new Fact("Who holds a lock",
                List.of(policy.holderActions()
                        ? "operators may cancel or end its session"
                        : "is left alone: nobody may end its session from here"),
                ""));
        facts.add(new Fact("Rehearsal", List.of(rehearsal == null
                ? "none is demanded"
                : "on " + onClass(rehearsal.evidence()) + ", at most " + Durations.text(rehearsal.maxAge()) + " old"),
                rehearsal == null ? "" : "when the first phase starts"));
        facts.add(new Fact("Schemas are compared", List.of("every " + Durations.text(policy.watched())),
                policy.ignored().isEmpty() ? "nothing is left out" : "but for what is ignored:"));
        if (!policy.ignored().isEmpty()) {
            facts.add(new Fact("Ignored in drift", policy.ignored(), ""));
        }
        facts.add(new Fact("Ways back are drilled",
                List.of(policy.drilled().map(every -> "every " + Durations.text(every)).orElse("when somebody asks")),
                policy.drilled().isEmpty()
                        ? ""
                        : "until %s after the end of a rollout".formatted(
                                Durations.text(policy.drilledUntil()))));
        return facts;
    }

    private static String people(int number) {
        return switch (number) {
            case 0 -> "nobody has to approve";
            case 1 -> "1 person";
            default -> number + " people";
        };
    }

    private static String window(Policy.Window window) {
        return WindowText.of(window) + (window.to().isBefore(window.from()) ? " (over midnight)" : "");
    }

    private static String onClass(String evidence) {
        return evidence.equals("empty schema")
                ? "an " + evidence
                : evidence.equals("copy of data")
                        ? "a " + evidence
                        : evidence;
    }

    private static List<Holder> holders(String environment, List<Account> people) {
        return Arrays.stream(Role.values()).map(role -> new Holder(role.wireName(),
                people.stream().filter(account -> has(account, role, environment) || has(account, role, "*"))
                        .map(account -> new Person(account.name(), !has(account, role, environment),
                                account.disabled()))
                        .toList()))
                .toList();
    }

    private static boolean has(Account account, Role role, String environment) {
        return account.roles().getOrDefault(environment, Set.of()).contains(role);
    }

    private static Fields fields(Form form) {
        String chosen = form.value("rehearsal.class");
        return new Fields(form.refused(),
                form.number("position", "Place in the order", "a whole number, each taken once"),
                List.of(form.number("approvals.normal", "Ordinary phase", "people who must approve, 0 to 10"),
                        form.number("approvals.highRisk", "At high risk", ""),
                        form.number("approvals.river", "Over the point of no return", "and behind it")),
                List.of(form.text("stallBudget", "Stall budget",
                        "the longest that the application may wait for a lock that Rubicon asks for, 10ms to 10s"),
                        form.text("patience", "Patience", "how long a step tries to get its locks, 1s to 7d"),
                        form.number("connectionsPerServer", "Connections per server", "1 to 1000")),
                !form.value("holderActions").isEmpty(), flag(form.now("holderActions")),
                form.lines("windows", "Windows",
                        "one a line, like Mon-Fri 22:00-06:00 Europe/Berlin; empty for any time"),
                choices(chosen), form.wrong("rehearsal.class"), form.now("rehearsal.class"),
                form.text("rehearsal.maxAge", "At most so old", "when the first phase starts, like 7d"),
                List.of(form.text("drift.interval", "Between two looks", "1m to 7d; empty for 15m"),
                        form.lines("drift.ignore", "Ignored objects",
                                "one a line: kind and name, * for any characters, like index public.tmp_*")),
                List.of(form.text("drills.every", "Between two drills", "10m to 90d; empty for 1d, off for none"),
                        form.text("drills.until", "After the end of a rollout", "1d to 3650d; empty for 30d")));
    }

    private static String flag(String now) {
        return now.isEmpty() ? "" : now.equals("true") ? "they may" : "they may not";
    }

    private static List<Choice> choices(String chosen) {
        List<Choice> choices = new ArrayList<>(List.of(new Choice("", "none is demanded", chosen.isEmpty())));
        for (String evidence : List.of("empty schema", "synthetic rows", "copy of data")) {
            choices.add(new Choice(evidence, "on " + onClass(evidence) + " at least", evidence.equals(chosen)));
        }
        return choices;
    }
}
