package dev.rubicon.analysis.sarif;

import dev.rubicon.analysis.RulePage;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.Severity;
import java.io.StringWriter;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes a SARIF 2.1.0 log of one run. */
public final class Sarif {

    public static final String MEDIA_TYPE = "application/sarif+json";

    private final JsonGenerator json;
    private final Map<String, Integer> ruleIndexes = new HashMap<>();

    private Sarif(JsonGenerator json) {
        this.json = json;
    }

    /**
     * One finding in one file.
     *
     * @param file its path with {@code /} between folders, relative to the root of the sources, or absolute
     * @param accepted the reason for which somebody accepted it, or null
     */
    public record Result(String file, Finding finding, @Nullable String accepted) {}

    /**
     * The log as text.
     *
     * @param version the product's
     * @param rules all that could have found something
     */
    public static String log(String version, List<RulePage> rules, List<Result> results) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            new Sarif(json).write(version, rules, results);
        }
        return text.toString();
    }

    private void write(String version, List<RulePage> rules, List<Result> results) {
        json.writeStartObject();
        json.writeStringProperty("$schema", "https://json.schemastore.org/sarif-2.1.0.json");
        json.writeStringProperty("version", "2.1.0");
        json.writeArrayPropertyStart("runs");
        json.writeStartObject();
        tool(version, rules);
        json.writeStringProperty("columnKind", "utf16CodeUnits");
        json.writeArrayPropertyStart("results");
        results.forEach(this::result);
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndArray();
        json.writeEndObject();
    }

    private void tool(String version, List<RulePage> rules) {
        json.writeObjectPropertyStart("tool");
        json.writeObjectPropertyStart("driver");
        json.writeStringProperty("name", "Rubicon");
        json.writeStringProperty("version", version);
        json.writeArrayPropertyStart("rules");
        rules.forEach(this::rule);
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
    }

    private void rule(RulePage rule) {
        ruleIndexes.put(rule.id(), ruleIndexes.size());
        json.writeStartObject();
        json.writeStringProperty("id", rule.id());
        text("shortDescription", rule.title());
        text("fullDescription", rule.why());
        json.writeObjectPropertyStart("help");
        json.writeStringProperty("text", "%s%n%nFound:%n%s%nInstead:%n%s".formatted(rule.why(), rule.bad(), rule.good())
                .replace("\r", ""));
        json.writeStringProperty("markdown", "%s\n\n```sql\n%s```\n\nInstead:\n\n```sql\n%s```\n\n%s".formatted(
                rule.why(), ended(rule.bad()), ended(rule.good()), docs(rule.id())));
        json.writeEndObject();
        json.writeObjectPropertyStart("defaultConfiguration");
        json.writeStringProperty("level", level(rule.severity()));
        json.writeEndObject();
        json.writeObjectPropertyStart("properties");
        json.writeStringProperty("problem.severity", problemSeverity(rule.severity()));
        json.writeArrayPropertyStart("tags");
        json.writeString("database");
        json.writeString(rule.group().name().toLowerCase(java.util.Locale.ROOT));
        json.writeEndArray();
        json.writeEndObject();
        json.writeEndObject();
    }

    private void result(Result result) {
        Finding finding = result.finding();
        json.writeStartObject();
        json.writeStringProperty("ruleId", finding.rule());
        Integer index = ruleIndexes.get(finding.rule());
        if (index != null) {
            json.writeNumberProperty("ruleIndex", index);
        }
        json.writeStringProperty("level", level(finding.severity()));
        text("message", message(finding));
        location(result);
        json.writeObjectPropertyStart("partialFingerprints");
        json.writeStringProperty("rubiconFinding/v1", finding.id());
        json.writeEndObject();
        json.writeArrayPropertyStart("suppressions");
        if (result.accepted() != null) {
            json.writeStartObject();
            json.writeStringProperty("kind", "inSource");
            json.writeStringProperty("status", "accepted");
            json.writeStringProperty("justification", result.accepted());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void location(Result result) {
        json.writeArrayPropertyStart("locations");
        json.writeStartObject();
        json.writeObjectPropertyStart("physicalLocation");
        json.writeObjectPropertyStart("artifactLocation");
        json.writeStringProperty("uri", uri(result.file()));
        json.writeEndObject();
        json.writeObjectPropertyStart("region");
        json.writeNumberProperty("startLine", result.finding().line());
        json.writeNumberProperty("startColumn", result.finding().column());
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndObject();
        json.writeEndArray();
    }

    /** The message and what else a finding says: readers of SARIF have no field for a safe form. */
    private static String message(Finding finding) {
        String safe = finding.safeForm() == null ? "" : "\n\nSafe form:\n" + finding.safeForm();
        return finding.message() + ".\n\n" + finding.why() + safe + "\n\n" + docs(finding.rule());
    }

    private static String docs(String rule) {
        return "More: /docs/rules/" + rule + " on your Rubicon server.";
    }

    private static String ended(String text) {
        return text.endsWith("\n") ? text : text + "\n";
    }

    private static String uri(String file) {
        // a colon in the first part would end a scheme
        String path = file.matches("[^/]*:.*") ? "./" + file : file;
        try {
            return path.startsWith("/")
                    ? new URI("file", "", path, null).toASCIIString()
                    : new URI(null, null, path, null).toASCIIString();
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + file + "' cannot stand in a URI", e);
        }
    }

    private void text(String name, String text) {
        json.writeObjectPropertyStart(name);
        json.writeStringProperty("text", text);
        json.writeEndObject();
    }

    private static String level(Severity severity) {
        return switch (severity) {
            case BLOCKING, ERROR -> "error";
            case WARNING -> "warning";
            case INFO -> "note";
        };
    }

    private static String problemSeverity(Severity severity) {
        return switch (severity) {
            case BLOCKING, ERROR -> "error";
            case WARNING -> "warning";
            case INFO -> "recommendation";
        };
    }
}
