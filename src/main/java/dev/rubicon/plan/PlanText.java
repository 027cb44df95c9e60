package dev.rubicon.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plan document together with the text it was read from: what it says, and where each part of it stands. */
public final class PlanText {

    private final PlanDocument document;
    private final String canonical;
    private final Node root;
    private final SourceText source;

    PlanText(PlanDocument document, String canonical, Node root, SourceText source) {
        this.document = document;
        this.canonical = canonical;
        this.root = root;
        this.source = source;
    }

    public PlanDocument document() {
        return document;
    }

    /** The document in the form of RFC 8785. */
    public String canonical() {
        return canonical;
    }

    /** {@code sha256:} and the hash over the canonical form. */
    public String digest() {
        return CanonicalJson.digest(canonical);
    }

    /** Where the value at a JSON pointer begins; the nearest value around it that exists, for a pointer to nothing. */
    public Place place(String pointer) {
        return source.place(nearest(pointer).start());
    }

    /**
     * Where a character of a text stands, however the text is quoted or folded.
     *
     * @param pointer to a text
     * @param offset in the text as the document means it, in UTF-16 units
     */
    public Place place(String pointer, int offset) {
        Node node = nearest(pointer);
        return node instanceof Node.Scalar scalar ? source.place(scalar, offset) : source.place(node.start());
    }

    /** The pointers of the texts at a pointer: its own for a text, one for each item for a list. */
    public List<String> texts(String pointer) {
        if (nearest(pointer) instanceof Node.Sequence sequence) {
            return java.util.stream.IntStream.range(0, sequence.items().size()).mapToObj(i -> pointer + "/" + i)
                    .toList();
        }
        return List.of(pointer);
    }

    private Node nearest(String pointer) {
        return nearest(root, pointer);
    }

    static Node nearest(Node root, String pointer) {
        Node at = root;
        for (String part : pointer.isEmpty() ? new String[0] : pointer.substring(1).split("/", -1)) {
            Node next = child(at, Node.unescape(part));
            if (next == null) {
                return at;
            }
            at = next;
        }
        return at;
    }

    private static @Nullable Node child(Node parent, String key) {
        return switch (parent) {
            case Node.Mapping mapping -> mapping.get(key);
            case Node.Sequence sequence -> {
                int index = key.matches("[0-9]{1,6}") ? Integer.parseInt(key) : -1;
                yield index >= 0 && index < sequence.items().size() ? sequence.items().get(index) : null;
            }
            case Node.Scalar scalar -> null;
        };
    }
}
