package dev.rubicon.audit;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Isolation;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Recomputes the chain from its beginning. */
@Component
class Verifier {

    private final JdbcClient jdbc;

    Verifier(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private record Head(long link, byte[] hash) {}

    /**
     * One snapshot, read by a cursor in pieces: a long trail neither fills the memory nor stops who writes. It is a
     * transaction of its own, for one that is open already may see the chain move between two statements.
     */
    @Transactional(propagation = Propagation.REQUIRES_NEW, isolation = Isolation.REPEATABLE_READ, readOnly = true)
    public ChainVerification verify() {
        Head head = jdbc.sql("SELECT link, hash FROM audit_chain")
                .query((row, n) -> new Head(row.getLong("link"), row.getBytes("hash"))).single();
        long pending = jdbc.sql("SELECT count(*) FROM audit_entry WHERE link IS NULL").query(Long.class).single();
        Walk walk = new Walk();
        jdbc.sql("SELECT " + Chain.COLUMNS + " FROM audit_entry WHERE link IS NOT NULL ORDER BY link")
                .withFetchSize(1000).query(walk::step);
        walk.end(head);
        return new ChainVerification(walk.reason == null, head.link, pending, HexFormat.of().formatHex(head.hash),
                walk.reason == null ? null : walk.expected, walk.reason);
    }

    /** Goes from link to link and stops judging at the first that does not hold. */
    private static final class Walk {
        private long expected = 1;
        private byte[] hash = new byte[32];
        private @Nullable String reason;

        void step(ResultSet row) throws SQLException {
            if (reason != null) {
                return;
            }
            if (row.getLong("link") != expected) {
                reason = "The entry of this link is missing";
                return;
            }
            hash = Chain.next(hash, expected, row);
            if (!Arrays.equals(hash, row.getBytes("hash"))) {
                reason = "The entry of this link, or its hash, is not as it was written";
                return;
            }
            expected++;
        }

        void end(Head head) {
            if (reason != null) {
                return;
            }
            if (head.link != expected - 1) {
                reason = head.link >= expected
                        ? "The entry of this link is missing"
                        : "There are links behind the head of the chain";
                expected = Math.min(expected, head.link + 1);
            } else if (!Arrays.equals(hash, head.hash)) {
                reason = "The head of the chain is not the hash of the last link";
                expected = head.link;
            }
        }
    }
}
