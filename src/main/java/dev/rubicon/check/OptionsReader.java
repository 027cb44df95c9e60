package dev.rubicon.check;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.analysis.Rules;
import dev.rubicon.analysis.Terms;
import dev.rubicon.check.Options.Format;
import dev.rubicon.plan.Severity;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the words of the command line. */
final class OptionsReader {

    private final Iterator<String> words;
    private final List<String> paths = new ArrayList<>();
    private final Set<String> only = new LinkedHashSet<>();
    private final Set<String> without = new LinkedHashSet<>();
    private Format format = Format.TEXT;
    private @Nullable Severity failOn = Severity.ERROR;
    private @Nullable Integer serverVersion;
    private boolean style;
    private boolean inTransaction;

    private OptionsReader(List<String> words) {
        this.words = words.iterator();
    }

    /** @throws Usage when a word is unknown, a value is missing or wrong, or no file is named */
    static Options read(List<String> words) throws Usage {
        OptionsReader reader = new OptionsReader(words);
        while (reader.words.hasNext()) {
            reader.word(reader.words.next());
        }
        if (reader.paths.isEmpty()) {
            throw new Usage("name at least one file or folder, or - for the standard input");
        }
        Integer version = reader.serverVersion;
        Terms terms = new Terms(version == null ? Terms.TEXT.serverVersion() : version, null,
                reader.style || reader.asksForStyle());
        String servers = version == null ? Terms.OLDEST + " to " + Terms.NEWEST : version.toString();
        return new Options(reader.paths, reader.format, reader.failOn, terms, servers, reader.only, reader.without,
                reader.inTransaction);
    }

    private void word(String word) throws Usage {
        int equals = word.indexOf('=');
        if (word.startsWith("--") && equals > 0) {
            option(word.substring(0, equals), word.substring(equals + 1));
        } else {
            option(word, null);
        }
    }

    private void option(String name, @Nullable String value) throws Usage {
        switch (name) {
            case "--format" -> format = format(value(name, value));
            case "--fail-on" -> failOn = failOn(value(name, value));
            case "--server-version" -> serverVersion = version(value(name, value));
            case "--rule" -> only.add(rule(value(name, value)));
            case "--no-rule" -> without.add(rule(value(name, value)));
            case "--style" -> style = true;
            case "--in-transaction" -> inTransaction = true;
            case "--" -> words.forEachRemaining(paths::add);
            default -> path(name, value);
        }
    }

    private void path(String name, @Nullable String value) throws Usage {
        if (name.startsWith("-") && !name.equals("-")) {
            throw new Usage("there is no option " + name);
        }
        paths.add(value == null ? name : name + "=" + value);
    }

    private String value(String name, @Nullable String value) throws Usage {
        if (value != null) {
            return value;
        }
        if (!words.hasNext()) {
            throw new Usage(name + " needs a value");
        }
        return words.next();
    }

    private static Format format(String word) throws Usage {
        return switch (word) {
            case "text" -> Format.TEXT;
            case "json" -> Format.JSON;
            case "sarif" -> Format.SARIF;
            default -> throw new Usage("--format is text, json or sarif, not " + word);
        };
    }

    private static @Nullable Severity failOn(String word) throws Usage {
        return switch (word) {
            case "error", "warning", "info" -> Severity.valueOf(word.toUpperCase(Locale.ROOT));
            case "never" -> null;
            default -> throw new Usage("--fail-on is error, warning, info or never, not " + word);
        };
    }

    private static int version(String word) throws Usage {
        int number = word.matches("[0-9]{1,4}") ? Integer.parseInt(word) : 0;
        if (number < Terms.FIRST || number > Terms.LAST) {
            throw new Usage(
                    "--server-version is a major version of PostgreSQL, like " + Terms.NEWEST + ", not " + word);
        }
        return number;
    }

    private static String rule(String id) throws Usage {
        if (new Rules().find(id).isEmpty()) {
            throw new Usage("there is no rule " + id);
        }
        return id;
    }

    /** A rule that is asked for by its name judges, whatever its group. */
    private boolean asksForStyle() {
        return only.stream().flatMap(id -> new Rules().find(id).stream())
                .anyMatch(page -> page.group() == RulePage.Group.STYLE);
    }
}
