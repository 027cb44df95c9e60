package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.analysis.ScriptFile;
import dev.rubicon.plan.Place;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Two migrations that claim the same place in the history. */
final class HistoryNotLinearRule implements Rule.OfFile {

    private static final RulePage PAGE = new RulePage("history-not-linear",
            "Two migrations that claim the same place", Severity.WARNING,
            "Two branches that were merged brought a migration of the same version each. Tools refuse them, or run them in "
                    + "an order that differs from one database to the next. Plans have no such order: a new revision "
                    + "continues the one before it, or is refused.",
            """
            -- V7__add_region.sql beside V7__add_language.sql
            ALTER TABLE users ADD COLUMN region text;
            """, """
            -- V7__add_region.sql beside V8__add_language.sql
            ALTER TABLE users ADD COLUMN region text;
            """);
    private static final Pattern FLYWAY = Pattern.compile("([Vv][0-9]+(?:[._][0-9]+)*)__.*");
    private static final Pattern NUMBERED = Pattern.compile("([0-9]{1,7}|[0-9]{14})[_.-].*");

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(ScriptFile file, List<ScriptFile> all, Findings findings) {
        Optional<String> version = version(file);
        if (version.isEmpty() || !file.direction().equals("forward")) {
            return;
        }
        // a folder of a thousand files asks half a million times: the cheapest question comes first
        String number = version.get().substring(version.get().lastIndexOf('/') + 1);
        all.stream().takeWhile(each -> each != file).filter(each -> each.name().contains(number))
                .filter(each -> each.direction().equals("forward") && !each.name().equals(file.name()))
                .filter(each -> version.equals(version(each))).findFirst()
                .ifPresent(each -> findings.addToPlan(PAGE, Place.START,
                        file.name() + " and " + each.name() + " have the same version; nothing says which runs first",
                        null));
    }

    /** The version with the folder that it counts in. */
    private static Optional<String> version(ScriptFile file) {
        int slash = file.name().lastIndexOf('/') + 1;
        String name = file.name().substring(slash);
        if (!name.endsWith(".sql") || name.endsWith("down.sql")) {
            return Optional.empty();
        }
        Matcher flyway = FLYWAY.matcher(name);
        Matcher numbered = NUMBERED.matcher(name);
        return flyway.matches()
                ? Optional.of(file.name().substring(0, slash) + flyway.group(1))
                : numbered.matches()
                        ? Optional.of(file.name().substring(0, slash) + numbered.group(1))
                        : Optional.empty();
    }
}
