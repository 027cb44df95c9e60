package dev.rubicon.verification;

import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.engine.schema.SchemaStatement;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Schemas as they are kept: the texts alone, for fingerprints follow from them. */
@Component
class SchemaJson {

    private final JsonMapper json;

    SchemaJson(JsonMapper json) {
        this.json = json;
    }

    private record ObjectText(SchemaObject.Kind kind, String name, String text) {}

    private record StatementText(SchemaObject.Kind kind, String object, String sql, Set<String> roles) {}

    String objects(List<SchemaObject> objects) {
        return json.writeValueAsString(
                objects.stream().map(each -> new ObjectText(each.kind(), each.name(), each.text())).toList());
    }

    List<SchemaObject> objects(String text) {
        return Arrays.stream(json.readValue(text, ObjectText[].class))
                .map(each -> new SchemaObject(each.kind, each.name, each.text)).toList();
    }

    String script(SchemaSnapshot snapshot) {
        return json.writeValueAsString(snapshot.script().stream()
                .map(each -> new StatementText(each.kind(), each.object(), each.sql(), each.roles())).toList());
    }

    SchemaSnapshot snapshot(int serverVersion, String objects, String script) {
        return new SchemaSnapshot(serverVersion, objects(objects),
                Arrays.stream(json.readValue(script, StatementText[].class))
                        .map(each -> new SchemaStatement(each.kind, each.object, each.sql, each.roles)).toList());
    }
}
