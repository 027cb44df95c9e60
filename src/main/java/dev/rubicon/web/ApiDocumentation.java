package dev.rubicon.web;

import io.swagger.v3.oas.models.Components;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.Operation;
import io.swagger.v3.oas.models.PathItem;
import io.swagger.v3.oas.models.headers.Header;
import io.swagger.v3.oas.models.info.Info;
import io.swagger.v3.oas.models.media.Content;
import io.swagger.v3.oas.models.media.IntegerSchema;
import io.swagger.v3.oas.models.media.MediaType;
import io.swagger.v3.oas.models.media.ObjectSchema;
import io.swagger.v3.oas.models.media.Schema;
import io.swagger.v3.oas.models.media.StringSchema;
import io.swagger.v3.oas.models.parameters.HeaderParameter;
import io.swagger.v3.oas.models.responses.ApiResponse;
import io.swagger.v3.oas.models.security.SecurityRequirement;
import io.swagger.v3.oas.models.security.SecurityScheme;
import org.springdoc.core.customizers.OpenApiCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the API's description says beyond its routes: how to sign in, and how it refuses. */
@Configuration(proxyBeanMethods = false)
class ApiDocumentation {

    private static final String PROBLEM = "Problem";

    @Bean
    OpenAPI openApi() {
        return new OpenAPI()
                .info(new Info().title("Rubicon").version("1")
                        .description("A database migration control plane. Every refusal is a problem document "
                                + "(RFC 9457) whose type has a page of its own; lists go on with the cursor in 'next'; "
                                + "PUT, PATCH and DELETE take the ETag that was read as If-Match."))
                .components(new Components()
                        .addSecuritySchemes("basic",
                                new SecurityScheme().type(SecurityScheme.Type.HTTP).scheme("basic")
                                        .description("A local account"))
                        .addSecuritySchemes("token", new SecurityScheme().type(SecurityScheme.Type.HTTP)
                                .scheme("bearer").bearerFormat("rbc_…").description("An API token")))
                .addSecurityItem(new SecurityRequirement().addList("basic"))
                .addSecurityItem(new SecurityRequirement().addList("token"));
    }

    @Bean
    OpenApiCustomizer refusals() {
        return api -> {
            // here and not where the API is described: there it would go, as a schema that nothing refers to yet
            api.getComponents().addSchemas(PROBLEM, problem());
            api.getPaths().values().forEach(ApiDocumentation::addRefusals);
        };
    }

    private static void addRefusals(PathItem path) {
        path.readOperationsMap().forEach((method, operation) -> {
            operation.getResponses().addApiResponse("401", refusal("Who you are is not known")
                    .addHeaderObject("WWW-Authenticate", new Header().schema(new StringSchema())));
            operation.getResponses().addApiResponse("default", refusal("Refused; the type tells why"));
            if (method.name().equals("POST")) {
                idempotencyKey(operation);
            }
        });
    }

    private static void idempotencyKey(Operation operation) {
        operation.addParametersItem(new HeaderParameter().name("Idempotency-Key").required(false)
                .description("The same key with the same request gives the first answer again, for 24 hours")
                .schema(new StringSchema().maxLength(255)));
    }

    private static ApiResponse refusal(String description) {
        return new ApiResponse().description(description).content(new Content().addMediaType("application/problem+json",
                new MediaType().schema(new Schema<>().$ref("#/components/schemas/" + PROBLEM))));
    }

    private static Schema<?> problem() {
        return new ObjectSchema()
                .addProperty("type", new StringSchema().format("uri-reference").description("Stable; /problems/…"))
                .addProperty("title", new StringSchema()).addProperty("status", new IntegerSchema())
                .addProperty("detail", new StringSchema().description("A sentence that says what to do"))
                .addProperty("instance", new StringSchema().format("uri-reference"));
    }
}
