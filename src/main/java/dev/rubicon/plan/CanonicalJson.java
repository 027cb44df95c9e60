package dev.rubicon.plan;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.erdtman.jcs.JsonCanonicalizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A document as JSON, in the one form that RFC 8785 gives to equal content; the digest is taken over that. */
final class CanonicalJson {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private CanonicalJson() {}

    static JsonNode tree(Node node) {
        return switch (node) {
            case Node.Mapping mapping -> {
                ObjectNode object = JSON.objectNode();
                mapping.entries().forEach((key, entry) -> object.set(key, tree(entry.value())));
                yield object;
            }
            case Node.Sequence sequence -> {
                ArrayNode array = JSON.arrayNode();
                sequence.items().forEach(item -> array.add(tree(item)));
                yield array;
            }
            case Node.Scalar(int start, String value, String raw, Node.Style style) -> JSON.stringNode(value);
            case Node.Scalar(int start, Boolean value, String raw, Node.Style style) -> JSON.booleanNode(value);
            case Node.Scalar(int start, BigDecimal value, String raw, Node.Style style) -> number(value);
            case Node.Scalar scalar -> JSON.nullNode();
        };
    }

    private static JsonNode number(BigDecimal value) {
        double kept = value.doubleValue();
        return kept == Math.rint(kept) && Math.abs(kept) < 1e15 ? JSON.numberNode((long) kept) : JSON.numberNode(kept);
    }

    static String of(Node root) {
        try {
            return new JsonCanonicalizer(tree(root).toString()).getEncodedString();
        } catch (IOException e) {
            throw new IllegalArgumentException("the document cannot be written as canonical JSON", e);
        }
    }

    static String digest(String canonical) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(canonical.getBytes(StandardCharsets.UTF_8));
            return "sha256:" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
