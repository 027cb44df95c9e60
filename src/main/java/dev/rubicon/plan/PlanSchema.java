package dev.rubicon.plan;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The published schema of the plan format: the same text is served to editors and checks every submission. */
@Component
public class PlanSchema {

    private final String text;
    private final JsonNode tree;
    private final Schema schema;

    PlanSchema() {
        this.text = load();
        this.tree = JsonMapper.shared().readTree(text);
        this.schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12).getSchema(tree);
        schema.initializeValidators();
    }

    /** The schema, as JSON. */
    public String text() {
        return text;
    }

    List<Violation> violations(Node root, SourceText source) {
        List<Error> errors = schema.validate(CanonicalJson.tree(root));
        return new SchemaErrors(tree, root, source).violations(errors);
    }

    private static String load() {
        try (InputStream stream = PlanSchema.class.getResourceAsStream("/schemas/plan-v1.json")) {
            if (stream == null) {
                throw new IllegalStateException("plan-v1.json is missing in the class path");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
