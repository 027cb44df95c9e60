package dev.rubicon.analysis.rules;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.analysis.ScriptFile;
import dev.rubicon.plan.Place;
import dev.rubicon.plan.Severity;
import java.util.List;
import java.util.Locale;

/** A migration without the script that goes back. */
final class MissingDownRule implements Rule.OfFile {

    private static final RulePage PAGE = new RulePage("missing-down",
            "A migration without the script that goes back", Severity.INFO, RulePage.Group.STYLE,
            "When the migration turns out to be wrong, the way back is written in a hurry, or there is none. In a plan each "
                    + "step has its rollback, or says why it has none.",
            """
            -- 0007_add_region.up.sql, and no 0007_add_region.down.sql beside it
            ALTER TABLE users ADD COLUMN region text;
            """, """
            -- 0007_add_region.up.sql, and 0007_add_region.down.sql beside it
            ALTER TABLE users ADD COLUMN region text;
            """);

    @Override
    public RulePage page() {
        return PAGE;
    }

    @Override
    public void judge(ScriptFile file, List<ScriptFile> all, Findings findings) {
        if (file.direction().equals("forward") && file.name().endsWith(".sql") && !repeatable(file)
                && all.stream().noneMatch(each -> goesBack(each) && key(each).equals(key(file)))) {
            findings.addToPlan(PAGE, Place.START, "Nothing goes back over " + file.name(), null);
        }
    }

    private static boolean goesBack(ScriptFile file) {
        return file.direction().equals("rollback") || name(file).matches("u[0-9].*|.*[._-]down\\.sql|down\\.sql");
    }

    private static boolean repeatable(ScriptFile file) {
        return goesBack(file) || name(file).startsWith("r__");
    }

    private static String name(ScriptFile file) {
        return file.name().substring(file.name().lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    }

    /** What both scripts of a pair are called: without up, down, and Flyway's V and U. */
    private static String key(ScriptFile file) {
        String folder = file.name().substring(0, file.name().lastIndexOf('/') + 1);
        return folder + name(file).replaceFirst("^[vu](?=[0-9])", "").replaceFirst("(^|[._-])(up|down)\\.sql$", ".sql");
    }
}
