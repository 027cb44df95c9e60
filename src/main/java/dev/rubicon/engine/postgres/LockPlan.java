package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.LockMode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The locks that the statements of one transaction will take on what was there before them, the strongest of each
 * relation, in the order in which they are taken: the same for all steps and nodes.
 */
record LockPlan(List<Want> wants) {

    static final LockPlan NONE = new LockPlan(List.of());

    /**
     * @param relation as it stands in SQL, with its schema
     * @param lockable whether LOCK TABLE may take it: it takes no views, materialized views, sequences and foreign tables,
     *     and none on which the role lacks the privilege; those are only looked at before
     */
    record Want(long oid, String relation, boolean lockable, LockMode mode) {}

    /** A relation of the plan is not what it was when the plan was made. */
    static final class Stale extends RuntimeException {

        private final SQLException refusal;

        Stale(SQLException refusal) {
            super(null, null, false, false);
            this.refusal = refusal;
        }

        SQLException refusal() {
            return refusal;
        }
    }

    /** Whether there is anything that could make an application queue. */
    boolean harmless() {
        return wants.stream().allMatch(want -> want.mode().compareTo(LockMode.SHARE_UPDATE_EXCLUSIVE) < 0);
    }

    List<Want> lockable() {
        return wants.stream().filter(Want::lockable).toList();
    }

    /** Takes all that can be taken or nothing, and never waits; empty where nothing can be taken. */
    String atOnce() {
        return statements(lockable(), " NOWAIT;\n").stream().collect(Collectors.joining());
    }

    /**
     * Takes all that can be taken one after the other, waiting in each queue, and no longer than this in all queues together:
     * whoever comes behind us waits for the sum. What is left of it is left to the statements.
     *
     * @param first taken before all others, or null
     */
    String inQueue(long millis, @Nullable Want first) {
        List<Want> order = new ArrayList<>(lockable());
        if (first != null && order.remove(first)) {
            order.addFirst(first);
        }
        String left = """
                    PERFORM set_config('lock_timeout', greatest(1, ceil(1000 * extract(epoch FROM until - clock_timestamp())))
                                                       || 'ms', true);
                """;
        return """
                DO $rubicon$
                DECLARE
                    until timestamptz := clock_timestamp() + interval '%d milliseconds';
                BEGIN
                %s%sEND
                $rubicon$""".formatted(millis,
                order.stream().map(want -> left + "    " + statement(List.of(want), ";\n"))
                        .collect(Collectors.joining()),
                left);
    }

    private static List<String> statements(List<Want> wants, String end) {
        List<String> statements = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= wants.size(); i++) {
            if (i == wants.size() || wants.get(i).mode() != wants.get(from).mode()) {
                statements.add(statement(wants.subList(from, i), end));
                from = i;
            }
        }
        return statements;
    }

    /** ONLY: partitions and heirs that are needed stand in the plan by themselves. */
    private static String statement(List<Want> wants, String end) {
        return wants.stream().map(want -> "ONLY " + want.relation()).collect(Collectors.joining(", ", "LOCK TABLE ",
                " IN " + wants.getFirst().mode().word() + " MODE" + end));
    }

    Long[] oids() {
        return wants.stream().map(Want::oid).toArray(Long[]::new);
    }

    /** For each relation, the modes of others that stand in the way of ours, as {@code pg_locks} writes them. */
    String[] inTheWay() {
        return wants.stream().map(want -> want.mode().conflicting().stream().map(LockMode::catalogName)
                .collect(Collectors.joining(","))).toArray(String[]::new);
    }
}
