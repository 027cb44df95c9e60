package dev.rubicon.plan;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Reads plan documents, YAML or JSON, and finds everything in them that is not as the format says. */
@Component
public class PlanReader {

    /** At most so many violations are told; who has more mends these first. */
    private static final int MAX_VIOLATIONS = 200;

    private final PlanSchema schema;

    PlanReader(PlanSchema schema) {
        this.schema = schema;
    }

    /** A reader for a process without Spring. */
    public static PlanReader standalone() {
        return new PlanReader(new PlanSchema());
    }

    /**
     * Reads a document that somebody submits.
     *
     * @param mediaType {@code application/json}; everything else is read as YAML
     * @throws Problem invalid-plan with all {@code violations} in the order of the text, or too-large
     */
    public PlanText read(String submitted, String mediaType) {
        if (submitted.length() > NodeReader.MAX_LENGTH
                || submitted.getBytes(StandardCharsets.UTF_8).length > NodeReader.MAX_LENGTH) {
            throw new Problem(ProblemType.TOO_LARGE, "The document is larger than 1 MiB");
        }
        SourceText source = source(submitted);
        NodeReader reader = reader(source, mediaType);
        Node root = reader.read();
        List<Violation> violations = new ArrayList<>(reader.violations);
        if (root != null) {
            violations.addAll(schema.violations(root, source));
            Set<String> told = violations.stream().map(Violation::pointer).collect(Collectors.toSet());
            StructureCheck.violations(root, source).stream().filter(each -> !told.contains(each.pointer()))
                    .forEach(violations::add);
        }
        if (root == null || !violations.isEmpty()) {
            throw invalid(violations);
        }
        return text(root, source);
    }

    /** Reads a document again that was found valid when it was stored; a stricter format of today does not refuse it. */
    PlanText readStored(String stored, String mediaType) {
        SourceText source = source(stored);
        Node root = reader(source, mediaType).read();
        if (root == null) {
            throw new IllegalStateException("a stored revision can no longer be read");
        }
        return text(root, source);
    }

    private static PlanText text(Node root, SourceText source) {
        return new PlanText(new DocumentBuilder(source).document(root), CanonicalJson.of(root), root, source);
    }

    private static SourceText source(String text) {
        return new SourceText(text.startsWith("\uFEFF") ? text.substring(1) : text);
    }

    private static NodeReader reader(SourceText source, String mediaType) {
        return mediaType.equals("application/json") ? new JsonReader(source) : new YamlReader(source);
    }

    private static Problem invalid(List<Violation> violations) {
        List<Violation> inOrder = violations.stream().distinct()
                .sorted(Comparator.comparingInt(Violation::line).thenComparingInt(Violation::column))
                .limit(MAX_VIOLATIONS).toList();
        Violation first = inOrder.getFirst();
        String others = violations.size() == 1 ? "" : " (and " + (violations.size() - 1) + " more)";
        return new Problem(ProblemType.INVALID_PLAN,
                "Line " + first.line() + ": " + first.message() + others, Map.of("violations", inOrder));
    }
}
