package dev.rubicon.plan;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** Reads JSON token by token, with the place of every key and value. */
final class JsonReader extends NodeReader {

    private static final JsonFactory FACTORY = new JsonFactory();

    JsonReader(SourceText source) {
        super(source);
    }

    @Override
    @Nullable
    Node read() {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), source.text())) {
            if (parser.nextToken() == null) {
                throw unreadable("", 0, "the document is empty", "syntax");
            }
            Node root = node("", parser, 0);
            if (parser.nextToken() != null) {
                throw unreadable("", start(parser), "something follows the end of the document", "syntax");
            }
            return root;
        } catch (Unreadable e) {
            return null;
        } catch (JacksonException e) {
            int offset = e.getLocation() == null ? 0 : (int) Math.max(e.getLocation().getCharOffset(), 0);
            violation("", offset, "this is not JSON: " + e.getOriginalMessage(), "syntax");
            return null;
        }
    }

    private Node node(String pointer, JsonParser parser, int depth) {
        int start = start(parser);
        checkDepth(pointer, start, depth);
        JsonToken token = parser.currentToken();
        return switch (token) {
            case START_OBJECT -> mapping(pointer, parser, depth);
            case START_ARRAY -> sequence(pointer, parser, depth);
            case VALUE_STRING -> text(pointer, start, parser.getString(), Node.Style.DOUBLE_QUOTED);
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(pointer, start, parser.getString(),
                    decimal(pointer, start, parser.getString()), Node.Style.PLAIN);
            case VALUE_TRUE, VALUE_FALSE -> new Node.Scalar(start, token == JsonToken.VALUE_TRUE, parser.getString(),
                    Node.Style.PLAIN);
            case VALUE_NULL -> new Node.Scalar(start, null, "null", Node.Style.PLAIN);
            case END_OBJECT, END_ARRAY, PROPERTY_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> throw unreadable(
                    pointer, start, "a value is missing here", "syntax");
        };
    }

    /** A number of absurd exponent would cost absurd memory as soon as it is computed with. */
    private BigDecimal decimal(String pointer, int start, String raw) {
        BigDecimal value = new BigDecimal(raw);
        if (Math.abs((long) value.scale()) > 400) {
            throw unreadable(pointer, start, "the number " + abbreviated(raw) + " is out of range", "value");
        }
        return value;
    }

    private Node mapping(String pointer, JsonParser parser, int depth) {
        int start = start(parser);
        SequencedMap<String, Node.Entry> entries = new LinkedHashMap<>();
        long weight = 1;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            int keyStart = start(parser);
            text(pointer, keyStart, key, Node.Style.DOUBLE_QUOTED);
            parser.nextToken();
            Node value = node(pointer + "/" + Node.escape(key), parser, depth + 1);
            weight += key.length() + value.weight();
            Node.Entry earlier = entries.putIfAbsent(key, new Node.Entry(keyStart, value));
            if (earlier != null) {
                violation(pointer + "/" + Node.escape(key), keyStart, "the key '" + abbreviated(key)
                        + "' stands twice; the first is in line " + source.place(earlier.keyStart()).line(),
                        "duplicateKey");
            }
        }
        return new Node.Mapping(start, entries, weight);
    }

    private Node sequence(String pointer, JsonParser parser, int depth) {
        int start = start(parser);
        List<Node> items = new ArrayList<>();
        long weight = 1;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            Node item = node(pointer + "/" + items.size(), parser, depth + 1);
            weight += item.weight();
            items.add(item);
        }
        return new Node.Sequence(start, items, weight);
    }

    private static int start(JsonParser parser) {
        return (int) Math.max(parser.currentTokenLocation().getCharOffset(), 0);
    }
}
