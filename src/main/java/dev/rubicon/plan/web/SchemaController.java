package dev.rubicon.plan.web;

import dev.rubicon.plan.PlanSchema;
import java.nio.charset.StandardCharsets;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Publishes the schema of the plan format for editors; open to everybody. */
@RestController
class SchemaController {

    private final PlanSchema schema;

    SchemaController(PlanSchema schema) {
        this.schema = schema;
    }

    @GetMapping("/schemas/plan-v1.json")
    ResponseEntity<byte[]> schema() {
        return ResponseEntity.ok().contentType(MediaType.valueOf("application/schema+json"))
                .header("Access-Control-Allow-Origin", "*").body(schema.text().getBytes(StandardCharsets.UTF_8));
    }
}
