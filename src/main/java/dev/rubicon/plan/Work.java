package dev.rubicon.plan;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a step does. */
public sealed interface Work {

    /** The step kind's word in the plan format. */
    String kind();

    /**
     * One or more statements of one kind, DDL or DML.
     *
     * @param scripts the author's texts in order; each holds one statement or several
     */
    record Sql(List<String> scripts) implements Work {
        @Override
        public String kind() {
            return "sql";
        }

        /** All scripts as one text, each ended by a semicolon. */
        public String text() {
            return scripts.stream().map(String::strip).map(text -> text.endsWith(";") ? text : text + ";")
                    .reduce((one, other) -> one + "\n" + other).orElse("");
        }
    }

    /**
     * Changes many rows in batches, each its own transaction.
     *
     * @param table the table whose rows are changed, read or deleted; schema-qualified or not
     * @param set column name to SQL expression over the row; empty for {@code delete} and {@code into}
     * @param where which rows are still to be done, as a SQL condition; it makes the work idempotent
     * @param from a table joined to the row, with its alias, as in {@code UPDATE … FROM}
     * @param delete whether the rows are deleted instead of changed
     * @param into the table that rows are copied into, or null
     * @param onConflict what happens to a row that {@code into} already has, as in {@code ON CONFLICT …}
     * @param verify how the end result is compared
     * @param dualWrite columns that a generated trigger keeps in step, or null
     * @param lanes how many disjoint ranges may run in parallel
     * @param record how long what the changed rows were before is kept, or null for not at all; see {@link BackfillRecord}
     */
    record Backfill(String table, Map<String, String> set, @Nullable String where, @Nullable String from,
            boolean delete, @Nullable String into, @Nullable String onConflict, BackfillVerify verify,
            @Nullable DualWrite dualWrite, int lanes,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Duration record) implements Work {

        /** One that keeps no record. */
        public Backfill(String table, Map<String, String> set, @Nullable String where, @Nullable String from,
                boolean delete, @Nullable String into, @Nullable String onConflict, BackfillVerify verify,
                @Nullable DualWrite dualWrite, int lanes) {
            this(table, set, where, from, delete, into, onConflict, verify, dualWrite, lanes, null);
        }

        @Override
        public String kind() {
            return "backfill";
        }

        /** Whether rows that are done stay as they are when it comes over them again, as far as its text tells. */
        public boolean repeatable() {
            if (where != null || delete) {
                return true;
            }
            return into == null
                    ? set.values().stream().noneMatch(value -> set.keySet().stream().anyMatch(value::contains))
                    : onConflict != null;
        }
    }

    /** How the result of a backfill is compared. */
    enum BackfillVerify {
        /** Every row. */
        FULL,
        /** Some rows of every range. */
        SAMPLED,
        /** Not at all. */
        NONE
    }

    /** Two columns that hold the same value while old and new code run side by side. */
    record DualWrite(String from, String to) {}

    /** Changes nothing; its verifications are the step. */
    record Check() implements Work {
        @Override
        public String kind() {
            return "check";
        }
    }

    /**
     * An index over a partitioned table, built concurrently partition by partition.
     *
     * @param columns the index elements as in CREATE INDEX
     */
    record PartitionedIndex(String table, String name, List<String> columns, boolean unique, @Nullable String where)
            implements
                Work {
        @Override
        public String kind() {
            return "partitionedIndex";
        }
    }

    /**
     * A change to a DynamoDB table.
     *
     * @param request the operation as the document has it
     */
    record DynamoDb(Map<String, Object> request) implements Work {
        @Override
        public String kind() {
            return "dynamodb";
        }
    }
}
