package dev.rubicon.plan;

import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** A value of a document with its place, whichever syntax it was written in. An alias shares the node of its anchor. */
sealed interface Node {

    /** Where the value begins in the source, in UTF-16 units. */
    int start();

    /** How much text the value holds with all aliases written out; what bounds the work for a small hostile document. */
    long weight();

    record Mapping(int start, SequencedMap<String, Entry> entries, long weight) implements Node {

        @Nullable
        Node get(String key) {
            Entry entry = entries.get(key);
            return entry == null ? null : entry.value();
        }
    }

    /** One key with its value; {@code keyStart} is where the key begins. */
    record Entry(int keyStart, Node value) {}

    record Sequence(int start, List<Node> items, long weight) implements Node {}

    /**
     * A text, a number, true, false or nothing.
     *
     * @param value a String, BigDecimal or Boolean, or null
     * @param raw the text of the value, escapes resolved
     */
    record Scalar(int start, @Nullable Object value, String raw, Style style) implements Node {
        @Override
        public long weight() {
            return raw.length() + 1L;
        }
    }

    /** How a scalar is written, which decides where in the source its characters stand. */
    enum Style {
        PLAIN, SINGLE_QUOTED, DOUBLE_QUOTED, LITERAL, FOLDED
    }

    /** The part of a JSON pointer for a key. */
    static String escape(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }

    /** The key of a part of a JSON pointer. */
    static String unescape(String part) {
        return part.replace("~1", "/").replace("~0", "~");
    }
}
