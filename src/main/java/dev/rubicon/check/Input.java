package dev.rubicon.check;

import dev.rubicon.analysis.foreign.ForeignScript;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One text to be judged.
 *
 * @param name its path as it was given, with {@code /} between folders
 * @param bare whether a file beside it says that its tool opens no transaction for it
 */
record Input(String name, String text, boolean bare) {

    private static final Pattern PLAN_YAML = Pattern.compile("^plan[ \\t]*:", Pattern.MULTILINE);
    private static final Pattern PHASES_YAML = Pattern.compile("^phases[ \\t]*:", Pattern.MULTILINE);
    private static final Pattern JSON = Pattern.compile("[\\s\\uFEFF]*\\{.*", Pattern.DOTALL);

    /** Whether the text looks like a plan, valid or not. */
    boolean looksLikePlan() {
        return isJson()
                ? text.contains("\"plan\"") && text.contains("\"phases\"")
                : PLAN_YAML.matcher(text).find() && PHASES_YAML.matcher(text).find();
    }

    boolean isJson() {
        return JSON.matcher(text).matches();
    }

    /** Its SQL, by direction. */
    List<ForeignScript> scripts() {
        return ForeignScript.read(name, text).stream()
                .map(each -> bare ? new ForeignScript(each.name(), each.sql(), each.rollback(), false) : each).toList();
    }

    /** The text of a line, counted from 1, or null when there is none. */
    @Nullable
    String line(int number) {
        return text.lines().skip(number - 1L).findFirst().orElse(null);
    }
}
