package dev.rubicon.analysis.recipes;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names as authors write them, and names that recipes make of them. */
final class Names {

    /** PostgreSQL cuts longer names. */
    static final int MOST_BYTES = 63;

    private static final String ONE = "([A-Za-z_\\x{80}-\\x{10FFFF}][\\w$\\x{80}-\\x{10FFFF}]*+|\"(?:[^\"\\p{Cntrl}]++|\"\")++\")";
    private static final Pattern NAME = Pattern.compile("\\s*+" + ONE + "(?:\\s*+\\.\\s*+" + ONE + ")?+\\s*+");
    private static final Pattern LIST = Pattern.compile("\\s*+" + ONE + "\\s*+(?:,|$)");

    private static final Pattern CAPITAL = Pattern.compile("[A-Z]");

    private Names() {}

    /** Empty for anything but the name of a table. */
    static Optional<QualifiedName> table(String text) {
        Matcher found = NAME.matcher(text);
        if (!found.matches()) {
            return Optional.empty();
        }
        return Optional.of(found.group(2) == null
                ? QualifiedName.of(folded(found.group(1)))
                : new QualifiedName(folded(found.group(1)), folded(found.group(2))));
    }

    /** Empty for anything but one bare name. */
    static Optional<String> name(String text) {
        return table(text).filter(found -> found.schema() == null).map(QualifiedName::name);
    }

    /** Empty for anything but names with commas between them. */
    static Optional<List<String>> names(String text) {
        List<String> names = new ArrayList<>();
        Matcher next = LIST.matcher(text);
        int at = 0;
        while (at < text.length() && next.find() && next.start() == at) {
            names.add(folded(next.group(1)));
            at = next.end();
        }
        boolean whole = at == text.length() && !text.stripTrailing().endsWith(",");
        return names.isEmpty() || !whole ? Optional.empty() : Optional.of(names);
    }

    /** PostgreSQL folds other letters than these in no encoding of more bytes than one. */
    private static String folded(String written) {
        return written.startsWith("\"")
                ? written.substring(1, written.length() - 1).replace("\"\"", "\"")
                : CAPITAL.matcher(written).replaceAll(each -> each.group().toLowerCase(Locale.ROOT));
    }

    static boolean fits(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES;
    }

    /** A name for something that is made: the parts with underscores between, the longest cut until all fit. */
    static String made(String... parts) {
        String[] pieces = parts.clone();
        while (!fits(String.join("_", pieces))) {
            int longest = 0;
            for (int i = 0; i < pieces.length; i++) {
                longest = pieces[i].length() > pieces[longest].length() ? i : longest;
            }
            pieces[longest] = pieces[longest].substring(0, pieces[longest].offsetByCodePoints(
                    pieces[longest].length(), -1));
        }
        return String.join("_", pieces);
    }

    /** As the name of a plan. */
    static String plan(String... parts) {
        return slug(80, parts);
    }

    /** As a part of the name of a step. */
    static String slug(String... parts) {
        return slug(60, parts);
    }

    /** What is not a letter or digit becomes a hyphen. */
    private static String slug(int most, String... parts) {
        String slug = Arrays.stream(parts).map(part -> part.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"))
                .map(part -> part.replaceAll("^-|-$", "")).filter(part -> !part.isEmpty())
                .collect(Collectors.joining("-"));
        return slug.substring(0, Math.min(slug.length(), most)).replaceAll("-$", "");
    }

    static String quoted(List<String> names) {
        return names.stream().map(Identifiers::quote).collect(Collectors.joining(", "));
    }
}
