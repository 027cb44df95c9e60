package dev.rubicon.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * How one link of the chain is computed: SHA-256 over the 32 bytes of the previous link's hash (zeros before the first),
 * followed by this text in UTF-8, one line for each field, in this order:
 *
 * <pre>
 * rubicon-audit 1
 * link=1:7
 * id=1:9
 * at=16:1767225600000000
 * actor=5:admin
 * token=-
 * action=14:plan.submitted
 * subjectType=4:plan
 * subjectId=12:rename-users
 * environment=-
 * details=15:{"revision": 1}
 * writtenBy=3:812
 * </pre>
 *
 * Before the colon stands the length of the value in bytes, so that no value can pass for two; {@code -} is null. Times
 * are microseconds since 1970; details are the text of PostgreSQL's {@code jsonb}, which is the same for equal values.
 */
final class Chain {

    /** The columns that {@link #next} reads. */
    static final String COLUMNS = """
            id, (extract(epoch FROM at) * 1000000)::bigint AS micros, actor, token, action, subject_type, subject_id,
            environment, details::text AS details_text, written_by::text AS writer, link, hash
            """;

    private Chain() {}

    /** The hash of the row as the link of that number, behind the previous hash. */
    static byte[] next(byte[] previous, long link, ResultSet row) throws SQLException {
        MessageDigest digest = sha256();
        digest.update(previous);
        line(digest, "rubicon-audit 1");
        field(digest, "link", Long.toString(link));
        field(digest, "id", row.getString("id"));
        field(digest, "at", row.getString("micros"));
        field(digest, "actor", row.getString("actor"));
        field(digest, "token", row.getString("token"));
        field(digest, "action", row.getString("action"));
        field(digest, "subjectType", row.getString("subject_type"));
        field(digest, "subjectId", row.getString("subject_id"));
        field(digest, "environment", row.getString("environment"));
        field(digest, "details", row.getString("details_text"));
        field(digest, "writtenBy", row.getString("writer"));
        return digest.digest();
    }

    private static void field(MessageDigest digest, String name, @Nullable String value) {
        line(digest, value == null
                ? name + "=-"
                : name + "=" + value.getBytes(StandardCharsets.UTF_8).length + ":" + value);
    }

    private static void line(MessageDigest digest, String text) {
        digest.update((text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
