package dev.rubicon.check;

import dev.rubicon.plan.Finding;
import java.io.StringWriter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Findings for programs: the members of a finding are those of the REST API, with the file before them. */
final class JsonReport {

    private final JsonGenerator json;

    private JsonReport(JsonGenerator json) {
        this.json = json;
    }

    static String of(List<Opinion> opinions, int serverVersion) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(ObjectWriteContext.empty(), text)) {
            new JsonReport(json).write(opinions, serverVersion);
        }
        return text.toString();
    }

    private void write(List<Opinion> opinions, int serverVersion) {
        json.writeStartObject();
        json.writeNumberProperty("serverVersion", serverVersion);
        json.writeNumberProperty("files", opinions.size());
        json.writeNumberProperty("statements", opinions.stream().mapToInt(Opinion::statements).sum());
        json.writeArrayPropertyStart("findings");
        opinions.forEach(opinion -> opinion.remarks().forEach(remark -> write(opinion.input().name(), remark)));
        json.writeEndArray();
        json.writeEndObject();
    }

    private void write(String file, Opinion.Remark remark) {
        Finding finding = remark.finding();
        json.writeStartObject();
        json.writeStringProperty("file", file);
        json.writeNumberProperty("line", finding.line());
        json.writeNumberProperty("column", finding.column());
        json.writeStringProperty("rule", finding.rule());
        json.writeStringProperty("severity", finding.severity().word());
        text("step", finding.step());
        json.writeStringProperty("direction", finding.direction());
        json.writeStringProperty("message", finding.message());
        json.writeStringProperty("why", finding.why());
        text("safeForm", finding.safeForm());
        json.writeStringProperty("docs", finding.docs());
        text("accepted", remark.accepted());
        json.writeStringProperty("id", finding.id());
        json.writeEndObject();
    }

    private void text(String name, @Nullable String value) {
        if (value == null) {
            json.writeNullProperty(name);
        } else {
            json.writeStringProperty(name, value);
        }
    }
}
