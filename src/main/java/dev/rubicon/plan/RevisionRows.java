package dev.rubicon.plan;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** The rows of plans and revisions. The document is stored as canonical JSON and as the text it was submitted in. */
@Component
class RevisionRows {

    private static final String SELECT = """
            SELECT plan, revision, digest, source, media_type, migrations::text AS migrations, submitted_by, submitted_at,
                   verdict::text AS verdict
              FROM plan_revision
            """;

    private final JdbcClient jdbc;
    private final JsonMapper json;
    private final PlanReader reader;
    private final ReadTexts texts = new ReadTexts();

    RevisionRows(JdbcClient jdbc, JsonMapper json, PlanReader reader) {
        this.jdbc = jdbc;
        this.json = json;
        this.reader = reader;
    }

    /** Makes the plan if it is new, and locks it: submissions to one plan wait for each other, to others not. */
    void lock(String plan, Instant at, String by) {
        jdbc.sql("INSERT INTO plan (name, created_at, created_by) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
                .params(plan, at.atOffset(ZoneOffset.UTC), by).update();
        jdbc.sql("SELECT name FROM plan WHERE name = ? FOR UPDATE").param(plan).query(String.class).single();
    }

    /** Lets this transaction be silent for as long as a judgement may take on a machine that is slow or has just started. */
    void allowTimeToJudge() {
        jdbc.sql("SELECT set_config('idle_in_transaction_session_timeout', '2min', true)").query(String.class).single();
    }

    Optional<Integer> byDigest(String plan, String digest) {
        return jdbc.sql("SELECT revision FROM plan_revision WHERE plan = ? AND digest = ?").params(plan, digest)
                .query(Integer.class).optional();
    }

    int next(String plan) {
        return jdbc.sql("SELECT coalesce(max(revision), 0) + 1 FROM plan_revision WHERE plan = ?").param(plan)
                .query(Integer.class).single();
    }

    void insert(PlanRevision revision, String canonical) {
        jdbc.sql("""
                INSERT INTO plan_revision (plan, revision, digest, document, source, media_type, migrations,
                                           submitted_by, submitted_at)
                VALUES (?, ?, ?, ?::jsonb, ?, ?, ?::jsonb, ?, ?)
                """).params(revision.plan(), revision.revision(), revision.digest(), canonical, revision.source(),
                revision.mediaType(), json.writeValueAsString(revision.migrations()), revision.submittedBy(),
                revision.submittedAt().atOffset(ZoneOffset.UTC)).update();
    }

    /** Keeps the verdict, and says whether the revision exists and had none yet. */
    boolean report(String plan, int revision, Verdict verdict) {
        return jdbc.sql("""
                UPDATE plan_revision SET verdict = ?::jsonb WHERE plan = ? AND revision = ? AND verdict IS NULL
                """).params(json.writeValueAsString(verdict), plan, revision).update() == 1;
    }

    Optional<PlanRevision> find(String plan, int revision) {
        return jdbc.sql(SELECT + "WHERE plan = ? AND revision = ?").params(plan, revision).query(this::row)
                .optional();
    }

    List<PlanRevision> all(String plan) {
        return jdbc.sql(SELECT + "WHERE plan = ? ORDER BY revision DESC").param(plan).query(this::row).list();
    }

    /** The newest revision of each plan, newest first, behind a key or from the beginning. */
    List<PlanRevision> newest(@Nullable Instant before, String behindPlan, int limit) {
        return jdbc.sql("""
                SELECT * FROM (SELECT DISTINCT ON (plan) * FROM (%s) AS revisions ORDER BY plan, revision DESC) AS newest
                 WHERE :before::timestamptz IS NULL OR (submitted_at, plan) < (:before::timestamptz, :plan)
                 ORDER BY submitted_at DESC, plan DESC
                 LIMIT :limit
                """.formatted(SELECT)).param("before", before == null ? null : before.atOffset(ZoneOffset.UTC))
                .param("plan", behindPlan).param("limit", limit).query(this::row).list();
    }

    private PlanRevision row(ResultSet row, int number) throws SQLException {
        String source = row.getString("source");
        String mediaType = row.getString("media_type");
        String verdict = row.getString("verdict");
        return new PlanRevision(row.getString("plan"), row.getInt("revision"), row.getString("digest"),
                texts.get(source, mediaType).document(), source, mediaType, row.getString("submitted_by"),
                row.getObject("submitted_at", OffsetDateTime.class).toInstant(),
                json.readValue(row.getString("migrations"), new TypeReference<Map<String, String>>() {
                }),
                verdict == null ? null : json.readValue(verdict, Verdict.class));
    }

    PlanText text(PlanRevision revision) {
        return texts.get(revision.source(), revision.mediaType());
    }

    /** The texts read last, for a page reads the same few revisions again and again; long ones are not kept. */
    private final class ReadTexts {

        private static final int KEPT = 256;
        private static final int LONGEST = 64 * 1024;

        private record Key(String source, String mediaType) {}

        private final Map<Key, PlanText> kept = new LinkedHashMap<>(64, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, PlanText> eldest) {
                return size() > KEPT;
            }
        };

        PlanText get(String source, String mediaType) {
            Key key = new Key(source, mediaType);
            synchronized (kept) {
                PlanText found = kept.get(key);
                if (found != null) {
                    return found;
                }
            }
            PlanText read = reader.readStored(source, mediaType);
            if (source.length() <= LONGEST) {
                synchronized (kept) {
                    kept.put(key, read);
                }
            }
            return read;
        }
    }
}
