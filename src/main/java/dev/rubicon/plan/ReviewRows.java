package dev.rubicon.plan;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The rows of comments and acceptances. */
@Component
class ReviewRows {

    private final JdbcClient jdbc;

    ReviewRows(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    void insert(Comment comment) {
        jdbc.sql("""
                INSERT INTO plan_comment (id, plan, revision, step, direction, parent, author, at, body,
                                          changes_requested)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """).param(comment.id()).param(comment.plan()).param(comment.revision()).param(comment.step())
                .param(comment.direction()).param(comment.parent()).param(comment.author())
                .param(comment.at().atOffset(ZoneOffset.UTC)).param(comment.text()).param(comment.changesRequested())
                .update();
    }

    /** Oldest first. */
    List<Comment> comments(String plan, int revision) {
        return jdbc.sql("SELECT * FROM plan_comment WHERE plan = ? AND revision = ? ORDER BY at, id")
                .params(plan, revision).query(ReviewRows::comment).list();
    }

    Optional<Comment> comment(String plan, int revision, UUID id) {
        return jdbc.sql("SELECT * FROM plan_comment WHERE plan = ? AND revision = ? AND id = ?")
                .params(plan, revision, id).query(ReviewRows::comment).optional();
    }

    /** Resolves a thread, and says whether it was open. */
    boolean resolve(UUID id, String by, Instant at) {
        return jdbc.sql("""
                UPDATE plan_comment SET resolved_by = ?, resolved_at = ? WHERE id = ? AND resolved_at IS NULL
                """).params(by, at.atOffset(ZoneOffset.UTC), id).update() == 1;
    }

    /** Keeps an acceptance, and says whether it is the first of its finding. */
    boolean accept(String plan, int revision, Acceptance acceptance) {
        return jdbc.sql("""
                INSERT INTO finding_acceptance (plan, revision, finding, reason, by, at) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT DO NOTHING
                """).params(plan, revision, acceptance.finding(), acceptance.reason(), acceptance.by(),
                acceptance.at().atOffset(ZoneOffset.UTC)).update() == 1;
    }

    /** Oldest first. */
    List<Acceptance> acceptances(String plan, int revision) {
        return jdbc.sql("""
                SELECT finding, reason, by, at FROM finding_acceptance WHERE plan = ? AND revision = ? ORDER BY at, finding
                """).params(plan, revision)
                .query((row, number) -> new Acceptance(row.getString("finding"), row.getString("reason"),
                        row.getString("by"), row.getObject("at", OffsetDateTime.class).toInstant()))
                .list();
    }

    private static Comment comment(ResultSet row, int number) throws SQLException {
        OffsetDateTime resolved = row.getObject("resolved_at", OffsetDateTime.class);
        return new Comment(row.getObject("id", UUID.class), row.getString("plan"), row.getInt("revision"),
                row.getString("step"), row.getString("direction"), row.getObject("parent", UUID.class),
                row.getString("author"), row.getObject("at", OffsetDateTime.class).toInstant(), row.getString("body"),
                row.getBoolean("changes_requested"), row.getString("resolved_by"),
                resolved == null ? null : resolved.toInstant());
    }
}
