package dev.rubicon.plan;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceStartEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/**
 * Reads YAML 1.2 (core schema) from the parser's events, so that depth, aliases and duplicate keys are judged while they
 * are met, and before anything is built from them.
 */
final class YamlReader extends NodeReader {

    private static final CoreSchema CORE = new CoreSchema();
    private final ScalarResolver resolver = CORE.getScalarResolver();
    private final Map<Anchor, Node> anchors = new HashMap<>();
    private Iterator<Event> events = List.<Event>of().iterator();

    YamlReader(SourceText source) {
        super(source);
    }

    @Override
    @Nullable
    Node read() {
        try {
            return document();
        } catch (Unreadable e) {
            return null;
        } catch (MarkedYamlEngineException e) {
            Optional<Mark> mark = e.getProblemMark().or(e::getContextMark);
            violation("", mark.map(at -> source.offset(at.getIndex())).orElse(0), explain(e.getProblem()), "syntax");
        } catch (ReaderException e) {
            violation("", source.offset(e.getPosition()),
                    "the character U+%04X is not allowed in YAML".formatted(e.getCodePoint()), "syntax");
        } catch (YamlEngineException e) {
            violation("", 0, "the text is not YAML: " + e.getMessage(), "syntax");
        }
        return null;
    }

    private @Nullable Node document() {
        LoadSettings settings = LoadSettings.builder().setLabel("plan").setSchema(CORE)
                .setCodePointLimit(MAX_LENGTH * 2).build();
        events = new Parse(settings).parseString(source.text()).iterator();
        events.next();
        if (events.next().getEventId() == Event.ID.StreamEnd) {
            throw unreadable("", 0, "the document is empty", "syntax");
        }
        Node root = node("", events.next(), 0);
        events.next();
        Event after = events.next();
        if (after.getEventId() != Event.ID.StreamEnd) {
            throw unreadable("", start(after), "a second document begins here; submit one plan at a time", "syntax");
        }
        if (root instanceof Node.Scalar scalar && scalar.value() == null) {
            throw unreadable("", root.start(), "the document is empty", "syntax");
        }
        return root;
    }

    private Node node(String pointer, Event event, int depth) {
        checkDepth(pointer, start(event), depth);
        Node node = switch (event) {
            case AliasEvent alias -> anchored(pointer, alias);
            case ScalarEvent scalar -> scalar(pointer, scalar);
            case SequenceStartEvent sequence -> sequence(pointer, sequence, depth);
            case MappingStartEvent mapping -> mapping(pointer, mapping, depth);
            default -> throw unreadable(pointer, start(event), "a value is missing here", "syntax");
        };
        if (event instanceof NodeEvent named && !(event instanceof AliasEvent)) {
            named.getAnchor().ifPresent(anchor -> anchors.put(anchor, node));
        }
        return node;
    }

    /** An anchor counts from the end of its value on, so a value can never contain itself. */
    private Node anchored(String pointer, AliasEvent alias) {
        Node node = anchors.get(alias.getAlias());
        if (node == null) {
            throw unreadable(pointer, start(alias),
                    "the alias '*" + alias.getAlias() + "' has no anchor before it, or lies inside of it", "alias");
        }
        return node;
    }

    private Node sequence(String pointer, SequenceStartEvent event, int depth) {
        checkTag(pointer, event, event.getTag(), Tag.SEQ);
        List<Node> items = new ArrayList<>();
        long weight = 1;
        for (Event next = events.next(); next.getEventId() != Event.ID.SequenceEnd; next = events.next()) {
            Node item = node(pointer + "/" + items.size(), next, depth + 1);
            weight = checkWeight(pointer, start(next), weight + item.weight());
            items.add(item);
        }
        return new Node.Sequence(start(event), items, weight);
    }

    private Node mapping(String pointer, MappingStartEvent event, int depth) {
        checkTag(pointer, event, event.getTag(), Tag.MAP);
        SequencedMap<String, Node.Entry> entries = new LinkedHashMap<>();
        long weight = 1;
        for (Event next = events.next(); next.getEventId() != Event.ID.MappingEnd; next = events.next()) {
            int keyStart = start(next);
            String key = key(pointer, next, depth + 1);
            Node value = node(pointer + "/" + Node.escape(key), events.next(), depth + 1);
            weight = checkWeight(pointer, keyStart, weight + key.length() + value.weight());
            Node.Entry earlier = entries.putIfAbsent(key, new Node.Entry(keyStart, value));
            if (earlier != null) {
                violation(pointer + "/" + Node.escape(key), keyStart, "the key '" + abbreviated(key)
                        + "' stands twice; the first is in line " + source.place(earlier.keyStart()).line(),
                        "duplicateKey");
            }
        }
        return new Node.Mapping(start(event), entries, weight);
    }

    private String key(String pointer, Event event, int depth) {
        Node key = node(pointer, event, depth);
        if (!(key instanceof Node.Scalar scalar)) {
            throw unreadable(pointer, start(event), "a key is a plain word, not a list or a mapping", "syntax");
        }
        if (scalar.raw().equals("<<") && scalar.style() == Node.Style.PLAIN) {
            violation(pointer, start(event), "merge keys (<<) are not part of YAML 1.2; write the keys out", "syntax");
        }
        return text(pointer, start(event), scalar.raw(), scalar.style()).raw();
    }

    private Node scalar(String pointer, ScalarEvent event) {
        Node.Style style = style(event.getScalarStyle());
        String raw = event.getValue();
        int start = start(event);
        Tag tag = event.getTag().filter(name -> !name.equals("!")).map(Tag::new)
                .orElseGet(() -> event.getTag().isEmpty() && event.isPlain() ? resolver.resolve(raw, true) : Tag.STR);
        if (tag.equals(Tag.NULL)) {
            return new Node.Scalar(start, null, raw, style);
        }
        if (tag.equals(Tag.BOOL)) {
            return new Node.Scalar(start, raw.equalsIgnoreCase("true"), raw, style);
        }
        if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
            return number(pointer, start, raw, style);
        }
        if (!tag.equals(Tag.STR) && !tag.equals(Tag.MERGE)) {
            violation(pointer, start, "the tag " + tag.getValue() + " is not understood; write a plain value", "tag");
        }
        return text(pointer, start, raw, style);
    }

    private Node number(String pointer, int start, String raw, Node.Style style) {
        try {
            return number(pointer, start, raw, value(raw), style);
        } catch (NumberFormatException e) {
            violation(pointer, start, "'" + abbreviated(raw) + "' is not a number that JSON can hold", "value");
            return new Node.Scalar(start, BigDecimal.ZERO, raw, style);
        }
    }

    private static BigDecimal value(String raw) {
        if (raw.length() > 400) {
            throw new NumberFormatException();
        }
        if (raw.startsWith("0x")) {
            return new BigDecimal(new BigInteger(raw.substring(2), 16));
        }
        return raw.startsWith("0o") ? new BigDecimal(new BigInteger(raw.substring(2), 8)) : new BigDecimal(raw);
    }

    private void checkTag(String pointer, Event event, Optional<String> tag, Tag wanted) {
        tag.filter(name -> !name.equals("!") && !name.equals(wanted.getValue())).ifPresent(name -> violation(pointer,
                start(event), "the tag " + name + " is not understood; write a plain value", "tag"));
    }

    private int start(Event event) {
        return event.getStartMark().map(mark -> source.offset(mark.getIndex())).orElse(0);
    }

    private static Node.Style style(ScalarStyle style) {
        return switch (style) {
            case DOUBLE_QUOTED, JSON_SCALAR_STYLE -> Node.Style.DOUBLE_QUOTED;
            case SINGLE_QUOTED -> Node.Style.SINGLE_QUOTED;
            case LITERAL -> Node.Style.LITERAL;
            case FOLDED -> Node.Style.FOLDED;
            case PLAIN -> Node.Style.PLAIN;
        };
    }

    private static String explain(@Nullable String problem) {
        String said = problem == null ? "the text is not YAML" : problem;
        if (said.contains("TAB")) {
            return "a tab stands where YAML wants spaces: indent with spaces";
        }
        if (said.contains("mapping values are not allowed")) {
            return "a ':' cannot stand here: put a value that contains ': ' in quotes, and check the indentation";
        }
        return "this is not YAML: " + said;
    }
}
