package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Draft;
import dev.rubicon.engine.facts.Examiner;
import dev.rubicon.engine.facts.Facts;
import dev.rubicon.engine.facts.Schema;
import java.util.List;

/** Follows statements as PostgreSQL would run them. */
final class PostgresExaminer implements Examiner {

    private final Schema schema;
    private final int serverVersion;

    PostgresExaminer(Schema schema, int serverVersion) {
        this.schema = schema;
        this.serverVersion = serverVersion;
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public Facts facts(List<Action> actions) {
        return Derivation.of(actions, schema, serverVersion);
    }

    @Override
    public Draft draft(List<Action> actions) {
        return Drafts.of(actions, schema);
    }

    @Override
    public void apply(List<Action> actions) {
        actions.forEach(schema::apply);
    }

    @Override
    public Examiner copy() {
        return new PostgresExaminer(schema.copy(), serverVersion);
    }
}
