package dev.rubicon.engine.postgres;

import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.ProbeRules;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** What a probe query may be: a text of several statements could end the READ ONLY transaction with its first. */
@Component
final class ProbeText implements ProbeRules {

    private final Scripts scripts;

    ProbeText(Scripts scripts) {
        this.scripts = scripts;
    }

    @Override
    public @Nullable String objection(EngineKind engine, String sql) {
        return switch (engine) {
            case POSTGRESQL -> objection(scripts, sql);
            case DYNAMODB -> "Probe queries are for PostgreSQL";
        };
    }

    static @Nullable String objection(Scripts scripts, String sql) {
        try {
            List<Scripts.Parsed> statements = scripts.trees(sql);
            return statements.size() == 1 && statements.getFirst().node().equals("SelectStmt")
                    ? null
                    : "The probe query has to be one SELECT";
        } catch (PgQuery.SyntaxException | Grammar.Overtaxed e) {
            return "The probe query cannot be parsed: " + e.getMessage();
        }
    }
}
