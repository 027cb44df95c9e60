package dev.rubicon.analysis.web;

import dev.rubicon.analysis.ScriptFile;
import dev.rubicon.analysis.Terms;
import dev.rubicon.analysis.foreign.ForeignScript;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.EngineKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A script to be judged, and by what.
 *
 * @param files its ways, forward first
 * @param target the name of a target whose catalog is to be looked at, or null to judge by the text alone
 */
record AnalysisRequest(List<ScriptFile> files, EngineKind engine, Terms terms, @Nullable String target) {

    private static final String NAME = "script.sql";

    /** @throws Problem invalid-input with every member that is not as it has to be */
    static AnalysisRequest of(JsonNode request) {
        Reader reader = new Reader(request);
        String sql = reader.text("sql");
        EngineKind engine = reader.engine();
        int version = reader.version();
        boolean style = reader.flag("style");
        boolean inTransaction = reader.flag("inTransaction");
        String target = request.has("target") ? reader.text("target") : null;
        reader.demandValid();
        List<ScriptFile> files = ForeignScript.read(NAME, sql).stream().map(script -> script.file(inTransaction))
                .toList();
        return new AnalysisRequest(files, engine, new Terms(version, null, style), target);
    }

    /** Reads member by member, and gathers what is wrong. */
    private static final class Reader {

        private final JsonNode request;
        private final List<Map<String, String>> violations = new ArrayList<>();

        Reader(JsonNode request) {
            this.request = request;
        }

        private void violation(String member, String message) {
            violations.add(Map.of("pointer", "/" + member, "message", message));
        }

        String text(String member) {
            JsonNode value = request.path(member);
            if (!value.isString() || value.asString().isBlank() && !member.equals("sql")) {
                violation(member, member.equals("sql") ? "is a text of statements" : "is a name");
                return "";
            }
            return value.asString();
        }

        EngineKind engine() {
            try {
                return EngineKind.of(request.path("engine").asString(EngineKind.POSTGRESQL.wireName()));
            } catch (IllegalArgumentException e) {
                violation("engine", String.valueOf(e.getMessage()));
                return EngineKind.POSTGRESQL;
            }
        }

        int version() {
            if (!request.has("serverVersion")) {
                return Terms.TEXT.serverVersion();
            }
            JsonNode value = request.path("serverVersion");
            int version = value.isInt() ? value.asInt() : 0;
            if (version < Terms.FIRST || version > Terms.LAST) {
                violation("serverVersion", "is a major version of PostgreSQL, like " + Terms.NEWEST);
            }
            return version;
        }

        boolean flag(String member) {
            JsonNode value = request.path(member);
            if (!value.isMissingNode() && !value.isBoolean()) {
                violation(member, "is true or false");
            }
            return value.isBoolean() && value.asBoolean();
        }

        void demandValid() {
            if (!violations.isEmpty()) {
                Map<String, String> first = violations.getFirst();
                throw new Problem(ProblemType.INVALID_INPUT, first.get("pointer") + " " + first.get("message"),
                        Map.of("violations", violations));
            }
        }
    }
}
