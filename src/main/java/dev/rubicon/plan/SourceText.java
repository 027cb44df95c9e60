package dev.rubicon.plan;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A submitted text and its lines: from offsets to places, also from within a scalar however it is written. */
final class SourceText {

    private final String text;
    private final int[] lineStarts;
    private final boolean bmpOnly;
    /** A script's statements are all asked for one after the other: its text is walked once, not once for each. */
    private volatile @Nullable Mapped last;

    private record Mapped(Node.Scalar scalar, int[] offsets) {}

    SourceText(String text) {
        this.text = text;
        this.lineStarts = lineStarts(text);
        this.bmpOnly = text.codePointCount(0, text.length()) == text.length();
    }

    String text() {
        return text;
    }

    Place place(int offset) {
        int at = Math.clamp(offset, 0, text.length());
        int found = Arrays.binarySearch(lineStarts, at);
        int line = found >= 0 ? found : -found - 2;
        return new Place(line + 1, at - lineStarts[line] + 1);
    }

    /** The offset for an index counted in code points, as the YAML parser counts. */
    int offset(int codePoints) {
        int limited = Math.max(codePoints, 0);
        return bmpOnly
                ? Math.min(limited, text.length())
                : text.offsetByCodePoints(0, Math.min(limited, text.codePointCount(0, text.length())));
    }

    /** Where the character of a scalar's value stands. */
    Place place(Node.Scalar scalar, int offset) {
        Mapped mapped = last;
        if (mapped == null || !mapped.scalar.equals(scalar)) {
            mapped = new Mapped(scalar, offsets(scalar));
            last = mapped;
        }
        return place(mapped.offsets[Math.clamp(offset, 0, scalar.raw().length())]);
    }

    /** For each character of the value, and for its end, the offset in the source. */
    private int[] offsets(Node.Scalar scalar) {
        int[] offsets = new int[scalar.raw().length() + 1];
        switch (scalar.style()) {
            case PLAIN -> quoted(scalar, scalar.start(), offsets);
            case SINGLE_QUOTED, DOUBLE_QUOTED -> quoted(scalar, scalar.start() + 1, offsets);
            case LITERAL -> literal(scalar, offsets);
            case FOLDED -> folded(scalar, offsets);
        }
        return offsets;
    }

    private void literal(Node.Scalar scalar, int[] offsets) {
        String value = scalar.raw();
        int line = place(scalar.start()).line();
        for (int begin = 0; begin <= value.length(); line++) {
            int next = value.indexOf('\n', begin);
            int end = next < 0 ? value.length() : next;
            int from = line < lineStarts.length ? lineStarts[line] : text.length();
            int to = line < lineStarts.length ? lineEnd(line) : text.length();
            int indent = Math.max(to - from - (end - begin), 0);
            for (int i = begin; i <= end; i++) {
                offsets[i] = Math.min(from + indent + i - begin, to);
            }
            begin = end + 1;
        }
    }

    /** Runs of white space correspond, whatever the folding made of them; all else stands there as it is. */
    private void folded(Node.Scalar scalar, int[] offsets) {
        String value = scalar.raw();
        int line = place(scalar.start()).line();
        int at = skipSpace(line < lineStarts.length ? lineStarts[line] : text.length());
        for (int i = 0; i < value.length(); i++) {
            boolean afterRun = i > 0 && isSpace(value.charAt(i - 1)) && !isSpace(value.charAt(i));
            at = afterRun ? skipSpace(at) : at;
            offsets[i] = Math.min(at, text.length());
            at += isSpace(value.charAt(i)) ? 0 : 1;
        }
        offsets[value.length()] = Math.min(at, text.length());
    }

    private void quoted(Node.Scalar scalar, int from, int[] offsets) {
        int at = from;
        for (int made = 0; made < offsets.length;) {
            if (at >= text.length()) {
                Arrays.fill(offsets, made, offsets.length, text.length());
                return;
            }
            int fold = fold(at);
            int width = fold > at ? fold - at : escape(scalar.style(), at);
            int yields = fold > at ? Math.max(breaks(at, fold) - 1, 1) : yields(scalar.style(), at, width);
            int until = Math.min(made + yields, offsets.length);
            Arrays.fill(offsets, made, until, at);
            made = until;
            at += width;
        }
    }

    /** The end of a fold that begins here: white space that goes over the end of a line; else the place itself. */
    private int fold(int at) {
        if (!isSpace(text.charAt(at))) {
            return at;
        }
        int end = skipSpace(at);
        return breaks(at, end) > 0 ? end : at;
    }

    private int breaks(int from, int to) {
        return place(to).line() - place(from).line();
    }

    /** How many characters of the source stand for what begins here. */
    private int escape(Node.Style style, int at) {
        char first = text.charAt(at);
        if (style == Node.Style.SINGLE_QUOTED && first == '\'') {
            return 2;
        }
        if (style != Node.Style.DOUBLE_QUOTED || first != '\\' || at + 1 >= text.length()) {
            return 1;
        }
        return switch (text.charAt(at + 1)) {
            case 'x' -> 4;
            case 'u' -> 6;
            case 'U' -> 10;
            case '\n', '\r' -> skipSpace(at + 1) - at;
            default -> 2;
        };
    }

    private int yields(Node.Style style, int at, int width) {
        if (style != Node.Style.DOUBLE_QUOTED || width == 1) {
            return 1;
        }
        char kind = text.charAt(at + 1);
        if (kind == '\n' || kind == '\r') {
            return 0;
        }
        return kind == 'U' && at + 6 < text.length() && !text.startsWith("0000", at + 2) ? 2 : 1;
    }

    private int skipSpace(int from) {
        int at = from;
        while (at < text.length() && isSpace(text.charAt(at))) {
            at++;
        }
        return at;
    }

    private int lineEnd(int line) {
        int end = line + 1 < lineStarts.length ? lineStarts[line + 1] : text.length();
        while (end > lineStarts[line] && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        return end;
    }

    private static boolean isSpace(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private static int[] lineStarts(String text) {
        int[] starts = new int[16];
        int count = 1;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n' || (c == '\r' && (i + 1 == text.length() || text.charAt(i + 1) != '\n'))) {
                if (count == starts.length) {
                    starts = Arrays.copyOf(starts, count * 2);
                }
                starts[count++] = i + 1;
            }
        }
        return Arrays.copyOf(starts, count);
    }
}
