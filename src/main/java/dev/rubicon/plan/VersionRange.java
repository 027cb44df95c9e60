package dev.rubicon.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.semver4j.Semver;

/**
 * A set of versions, like {@code >=2.4.0 <3.0.0 || =legacy}: a space is "and", {@code ||} is "or", the operators are
 * {@code < <= > >= =}, and a version alone means {@code =}. SemVer 2 precedence decides alone: a pre-release is an
 * ordinary lower version ({@code 3.0.0-rc.1} lies in {@code <3.0.0}), and build metadata does not count.
 */
public final class VersionRange {

    /** Where a version lies. */
    public enum Match {
        /** In the range. */
        IN,
        /** Outside. */
        OUT,
        /** Nobody can tell: the version is not SemVer, and the range needs an order. */
        INCOMPARABLE
    }

    /** What a version may be written with; a version with a space could never be named in a range. */
    public static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+:/@-]{0,199}");

    private static final int LONGEST = 500;
    private static final Pattern PART = Pattern.compile("([<>=!~^]*)\\s*([^\\s<>=!~^]*)");
    private static final Pattern SHORT = Pattern.compile("\\d+(\\.\\d+)?");
    private static final Pattern WILDCARD = Pattern.compile("[xX*]|\\d+(\\.\\d+)*\\.[xX*].*");
    /** Longer numbers do not fit where the SemVer library compares them. */
    private static final Pattern HUGE_NUMBER = Pattern.compile("\\d{19,}");

    private final String text;
    private final List<List<Bound>> alternatives;

    private VersionRange(String text, List<List<Bound>> alternatives) {
        this.text = text;
        this.alternatives = alternatives;
    }

    private enum Operator {
        LESS, AT_MOST, MORE, AT_LEAST, EQUAL
    }

    /** @param semver the version, or null for one that only {@code =} can name */
    private record Bound(Operator operator, String version, @Nullable Semver semver) {}

    /** @throws IllegalArgumentException with a sentence that says what to write instead */
    public static VersionRange parse(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("a version range has at most " + LONGEST + " characters");
        }
        List<List<Bound>> alternatives = new ArrayList<>();
        for (String alternative : text.split("\\|\\|", -1)) {
            alternatives.add(bounds(text, alternative.strip()));
        }
        return new VersionRange(text.strip(), List.copyOf(alternatives));
    }

    private static List<Bound> bounds(String text, String alternative) {
        if (alternative.isEmpty()) {
            throw new IllegalArgumentException(text.isBlank()
                    ? "the version range is empty; write one like >=2.4.0 <3.0.0"
                    : "'" + text + "' has nothing on one side of ||");
        }
        List<Bound> bounds = new ArrayList<>();
        Matcher part = PART.matcher(alternative);
        for (int at = 0; at < alternative.length(); at = skipSpace(alternative, part.end())) {
            part.region(at, alternative.length());
            part.lookingAt();
            bounds.add(bound(part.group(1), part.group(2)));
        }
        return List.copyOf(bounds);
    }

    private static int skipSpace(String text, int from) {
        int at = from;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private static Bound bound(String sign, String version) {
        Operator operator = operator(sign, version);
        if (version.isEmpty()) {
            throw new IllegalArgumentException("a version is missing behind '" + sign + "'");
        }
        refuseForeignForms(version);
        Semver semver = semver(version);
        if (semver == null && operator != Operator.EQUAL) {
            semver = filledUp(operator, sign, version);
        }
        return new Bound(operator, version, semver);
    }

    private static Operator operator(String sign, String version) {
        return switch (sign) {
            case "<" -> Operator.LESS;
            case "<=" -> Operator.AT_MOST;
            case ">" -> Operator.MORE;
            case ">=" -> Operator.AT_LEAST;
            case "=", "" -> Operator.EQUAL;
            case "^", "~" -> throw new IllegalArgumentException(
                    "there is no operator '%s'; write both ends, like >=2.4.0 <3.0.0".formatted(sign));
            default -> throw new IllegalArgumentException(
                    "'%s%s' has no operator that is known; there are < <= > >= =".formatted(sign, version));
        };
    }

    private static void refuseForeignForms(String version) {
        if (version.contains(",")) {
            throw new IllegalArgumentException("'" + version + "' has a comma; 'and' is a space, 'or' is ||");
        }
        if (WILDCARD.matcher(version).matches()) {
            throw new IllegalArgumentException(
                    "'" + version + "' is a wildcard; write both ends, like >=2.4.0 <3.0.0");
        }
        if (version.equals("-")) {
            throw new IllegalArgumentException("there are no hyphen ranges; write >=1.0.0 <=2.0.0");
        }
        if (!VERSION.matcher(version).matches()) {
            throw new IllegalArgumentException("'" + version
                    + "' is not a version: it begins with a letter or digit and has only letters, digits and . _ + : / @ -");
        }
    }

    /** Fills up {@code <3} and {@code >=2.4}; where zeros could surprise, as in {@code >2}, all three must be written. */
    private static Semver filledUp(Operator operator, String sign, String version) {
        if (SHORT.matcher(version).matches()) {
            if (operator == Operator.LESS || operator == Operator.AT_LEAST) {
                Semver semver = semver(version + (version.contains(".") ? ".0" : ".0.0"));
                if (semver != null) {
                    return semver;
                }
            } else {
                throw new IllegalArgumentException("'%s%s' can be read in two ways; write all three numbers, like %s%s"
                        .formatted(sign, version, sign, version + (version.contains(".") ? ".0" : ".0.0")));
            }
        }
        throw new IllegalArgumentException("'%s%s' needs a SemVer version, like %s2.4.0; only = takes other texts"
                .formatted(sign, version, sign));
    }

    /** The version if it is SemVer 2 to the letter, or null: no {@code v} in front, no number missing. */
    private static @Nullable Semver semver(String version) {
        if (HUGE_NUMBER.matcher(version).find()) {
            return null;
        }
        Semver semver = Semver.parse(version);
        return semver != null && semver.getVersion().equals(version) ? semver : null;
    }

    /** Where the version lies. {@code =} compares other texts than SemVer letter by letter. */
    public Match match(String version) {
        Semver semver = semver(version);
        boolean unknown = false;
        for (List<Bound> bounds : alternatives) {
            switch (matchAll(bounds, version, semver)) {
                case IN -> {
                    return Match.IN;
                }
                case INCOMPARABLE -> unknown = true;
                case OUT -> {}
            }
        }
        return unknown ? Match.INCOMPARABLE : Match.OUT;
    }

    private static Match matchAll(List<Bound> bounds, String version, @Nullable Semver semver) {
        boolean unknown = false;
        for (Bound bound : bounds) {
            switch (matchOne(bound, version, semver)) {
                case OUT -> {
                    return Match.OUT;
                }
                case INCOMPARABLE -> unknown = true;
                case IN -> {}
            }
        }
        return unknown ? Match.INCOMPARABLE : Match.IN;
    }

    private static Match matchOne(Bound bound, String version, @Nullable Semver semver) {
        Semver limit = bound.semver;
        if (semver == null || limit == null) {
            return bound.operator != Operator.EQUAL
                    ? Match.INCOMPARABLE
                    : bound.version.equals(version) ? Match.IN : Match.OUT;
        }
        int order = semver.compareTo(limit);
        boolean in = switch (bound.operator) {
            case LESS -> order < 0;
            case AT_MOST -> order <= 0;
            case MORE -> order > 0;
            case AT_LEAST -> order >= 0;
            case EQUAL -> order == 0;
        };
        return in ? Match.IN : Match.OUT;
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
