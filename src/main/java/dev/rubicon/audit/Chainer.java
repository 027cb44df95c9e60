package dev.rubicon.audit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.JdbcOperations;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Links the entries that are written into the chain, twice a second. Every node tries; who holds the head's row lock
 * does it.
 */
@Component
class Chainer {

    private static final int AT_ONCE = 1000;

    private final JdbcClient jdbc;
    private final JdbcOperations batches;
    private final TransactionOperations transactions;

    Chainer(JdbcClient jdbc, JdbcOperations batches, TransactionOperations transactions) {
        this.jdbc = jdbc;
        this.batches = batches;
        this.transactions = transactions;
    }

    private record Head(long link, byte[] hash) {}

    private record Link(long entry, long link, byte[] hash) {}

    /** Links all that can be linked now; does nothing while another node is at it. */
    @Scheduled(fixedDelay = 500)
    void link() {
        int linked;
        do {
            linked = transactions.execute(status -> linkSome());
        } while (linked == AT_ONCE);
    }

    private Integer linkSome() {
        Optional<Head> head = jdbc.sql("SELECT link, hash FROM audit_chain FOR UPDATE SKIP LOCKED")
                .query((row, n) -> new Head(row.getLong("link"), row.getBytes("hash"))).optional();
        List<Link> links = head.map(this::links).orElse(List.of());
        if (!links.isEmpty()) {
            batches.batchUpdate("UPDATE audit_entry SET link = ?, hash = ? WHERE id = ?",
                    links.stream().map(link -> new Object[]{link.link, link.hash, link.entry}).toList());
            jdbc.sql("UPDATE audit_chain SET link = ?, hash = ?")
                    .params(links.getLast().link, links.getLast().hash).update();
        }
        return links.size();
    }

    /**
     * Entries whose writers ended before every transaction that is still open. The second condition is for a restored
     * database: its entries may tell of transaction numbers that the new server has not reached, and what is visible
     * with such a number was written on the old one.
     */
    private List<Link> links(Head head) {
        List<Link> links = new ArrayList<>();
        jdbc.sql("SELECT " + Chain.COLUMNS + """
                FROM audit_entry
                WHERE link IS NULL AND (written_by < pg_snapshot_xmin(pg_current_snapshot())
                                        OR written_by >= pg_snapshot_xmax(pg_current_snapshot()))
                ORDER BY id LIMIT ?
                """).param(AT_ONCE).query(row -> {
            long link = head.link + links.size() + 1;
            byte[] previous = links.isEmpty() ? head.hash : links.getLast().hash;
            links.add(new Link(row.getLong("id"), link, Chain.next(previous, link, row)));
        });
        return links;
    }
}
