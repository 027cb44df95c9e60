package dev.rubicon.plan;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What reading YAML and reading JSON have in common: the limits of a document, and the mistakes of values. */
abstract class NodeReader {

    static final int MAX_LENGTH = 1 << 20;
    static final int MAX_DEPTH = 64;

    final SourceText source;
    final List<Violation> violations = new ArrayList<>();

    NodeReader(SourceText source) {
        this.source = source;
    }

    /** The document's root, or null when the text cannot be read at all; then there is a violation that says why. */
    abstract @Nullable Node read();

    void violation(String pointer, int offset, String message, String keyword) {
        violations.add(new Violation(pointer, source.place(offset), message, keyword));
    }

    /** Ends the reading: nothing behind this place can be trusted. */
    Unreadable unreadable(String pointer, int offset, String message, String keyword) {
        violation(pointer, offset, message, keyword);
        return new Unreadable();
    }

    void checkDepth(String pointer, int offset, int depth) {
        if (depth > MAX_DEPTH) {
            throw unreadable(pointer, offset, "values are nested deeper than " + MAX_DEPTH + " levels", "limit");
        }
    }

    long checkWeight(String pointer, int offset, long weight) {
        if (weight > MAX_LENGTH) {
            throw unreadable(pointer, offset, "with its aliases written out the document is larger than 1 MiB",
                    "limit");
        }
        return weight;
    }

    Node.Scalar text(String pointer, int offset, String value, Node.Style style) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean pair = Character.isHighSurrogate(c) && i + 1 < value.length()
                    && Character.isLowSurrogate(value.charAt(i + 1));
            if (c == 0 || (Character.isSurrogate(c) && !pair)) {
                violation(pointer, offset, "the text has a character that cannot be stored (U+%04X)".formatted((int) c),
                        "value");
                break;
            }
            i += pair ? 1 : 0;
        }
        return new Node.Scalar(offset, value, value, style);
    }

    /** A number, if JSON keeps it exact: two different documents must never have one digest. */
    Node.Scalar number(String pointer, int offset, String raw, BigDecimal value, Node.Style style) {
        double kept = value.doubleValue();
        if (!Double.isFinite(kept) || new BigDecimal(Double.toString(kept)).compareTo(value) != 0) {
            violation(pointer, offset,
                    "the number " + abbreviated(raw) + " has more digits than JSON keeps: put it in quotes",
                    "value");
        }
        return new Node.Scalar(offset, value, raw, style);
    }

    static String abbreviated(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= 40 ? line : line.substring(0, 39) + "…";
    }

    /** Thrown behind a violation that is already noted. */
    static final class Unreadable extends RuntimeException {
        Unreadable() {
            super("the violations say why", null, false, false);
        }
    }
}
