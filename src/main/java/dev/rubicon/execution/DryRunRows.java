package dev.rubicon.execution;

import dev.rubicon.engine.DryRun;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** The rows of dry runs. */
@Component
class DryRunRows {

    private static final int MOST = 200;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    DryRunRows(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
    }

    /** Keeps it under a number of its own, whatever number it came with. */
    DryRunView insert(DryRunView run) {
        DryRun result = run.result();
        return jdbc.sql("""
                INSERT INTO dry_run (plan, revision, step, target, environment, by, at, result, refusal)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?::jsonb, ?) RETURNING *""")
                .param(run.plan()).param(run.revision()).param(run.step()).param(run.target())
                .param(run.environment()).param(run.by()).param(run.at().atOffset(ZoneOffset.UTC))
                .param(result == null ? null : json.writeValueAsString(result)).param(run.refusal())
                .query(this::view).single();
    }

    /** Newest first. */
    List<DryRunView> of(String plan, int revision) {
        return jdbc.sql("SELECT * FROM dry_run WHERE plan = ? AND revision = ? ORDER BY id DESC LIMIT " + MOST)
                .params(plan, revision).query(this::view).list();
    }

    private DryRunView view(ResultSet row, int number) throws SQLException {
        return new DryRunView(row.getLong("id"), row.getString("plan"), row.getInt("revision"), row.getString("step"),
                row.getString("target"), row.getString("environment"), row.getString("by"),
                row.getObject("at", OffsetDateTime.class).toInstant(), read(row.getString("result")),
                row.getString("refusal"));
    }

    private @Nullable DryRun read(@Nullable String text) {
        return text == null ? null : json.readValue(text, DryRun.class);
    }
}
