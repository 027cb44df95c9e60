package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.LockMode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One look from another connection at the locks of backends, with the names of what they have locked as they were before
 * their transactions: there is still what they drop, and not yet what they make. It costs one round trip, and its answer is
 * small however much they have locked.
 *
 * @param locks on the relations that were read
 * @param names of these; empty where it is not there for others, so that the transaction made it
 * @param more relations that people made and that were not read, whose locks are no stronger
 */
record LockGlance(List<LockLook> locks, Map<Long, Optional<NamedRelation>> names, int more) {

    static final int MOST_RELATIONS = 200;

    /**
     * The strongest locked of them. Relations with smaller numbers than 16,384 are the server's own; others that are there and
     * not of people, like the ledger's, are left out. ACCESS SHARE on the catalogs of names.
     */
    private static final String RELATIONS = """
            SELECT m.relation, known.*, count(known.oid) OVER () AS named
              FROM (SELECT relation, max(array_position(ARRAY[%s], mode)) AS strength
                      FROM mine WHERE relation::bigint >= 16384 GROUP BY relation) AS m
              LEFT JOIN (%s) AS known ON known.oid = m.relation
             WHERE known.oid IS NOT NULL
                OR NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = m.relation)
             ORDER BY known.oid IS NULL, m.strength DESC, m.relation LIMIT %d"""
            .formatted(Arrays.stream(LockMode.values()).map(mode -> "'" + mode.catalogName() + "'")
                    .collect(Collectors.joining(", ")), NamedRelation.ALL, MOST_RELATIONS);

    private static final String SQL = LockLook.beside(RELATIONS, "c.oid, c.name, c.kind, c.files, c.named");

    /** @param longest that it may take */
    static LockGlance of(Connection lookout, List<Integer> pids, Duration longest) throws SQLException {
        List<LockLook> locks = new ArrayList<>();
        Map<Long, Optional<NamedRelation>> names = new HashMap<>();
        List<Long> named = Rows.briefly(lookout, longest, SQL, row -> {
            LockLook lock = LockLook.read(row);
            locks.add(lock);
            names.put(lock.relation(), row.getObject("oid") == null
                    ? Optional.empty()
                    : Optional.of(NamedRelation.read(row)));
            return row.getLong("named");
        }, (Object) pids.toArray(Integer[]::new));
        long read = names.values().stream().filter(Optional::isPresent).count();
        return new LockGlance(locks, names, (int) (named.isEmpty() ? 0 : named.getFirst() - read));
    }
}
