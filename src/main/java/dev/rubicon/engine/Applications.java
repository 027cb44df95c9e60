package dev.rubicon.engine;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The versions of an application that run beside a migration, played on a shadow: some dozens of rows are written as each of
 * them would, between the phases, and asked for behind the way back. What is written follows from what is there alone, so the
 * same rows come of the same shadow. Not thread-safe; nobody else may write meanwhile.
 */
public interface Applications {

    /** Who writes. */
    enum Version {
        /** Knows the columns that were there before the plan, by the names that they had. */
        OLD,
        /** Knows every column that is there now, and keeps those in step that the plan fills from others. */
        NEW;

        public String word() {
            return this == OLD ? "old" : "new";
        }
    }

    /**
     * A column that the plan itself fills from the rest of the row.
     *
     * @param table as written in SQL
     * @param expression over the row, or null where it takes more than the row: then nobody writes the column
     * @param keptFrom the column that a trigger of the plan keeps in step with this one, so that the new version leaves that
     *     to the trigger; null where the application writes both
     */
    record FilledColumn(String table, String column, @Nullable String expression, @Nullable String keptFrom) {}

    /** Rows of one table, by one version, at one time. */
    record Written(String table, Version by, int inserted, int updated, int deleted) {}

    /** @param unwritten what could not be written and why, in sentences */
    record Writes(List<Written> written, List<String> unwritten) {
        public Writes {
            written = List.copyOf(written);
            unwritten = List.copyOf(unwritten);
        }
    }

    /**
     * Rows that are not as they were written.
     *
     * @param table with its schema, by the name that it had when it was first written to
     * @param column that has another value or is gone; null where whole rows are concerned
     * @param added whether table or column came with the plan
     * @param by who wrote them last; null for rows that were there before and nobody wrote
     * @param what became of them, to be read behind "12 rows: "
     */
    record Loss(String table, @Nullable String column, boolean added, @Nullable Version by, int rows, String what) {}

    /** @param uncompared what cannot be told and why, in sentences */
    record Outcome(List<Loss> losses, List<String> uncompared) {
        public Outcome {
            losses = List.copyOf(losses);
            uncompared = List.copyOf(uncompared);
        }
    }

    /**
     * Inserts, updates and deletes rows of the watched tables.
     *
     * @param also tables to watch from now on, as written in SQL; those that are not there are none
     * @throws TargetUnavailable when the shadow cannot be reached or breaks off
     */
    Writes write(Version by, Collection<String> also, List<FilledColumn> filled);

    /** Asks for all that was written; columns that are filled anew by the plan are not asked for. */
    Outcome outcome(List<FilledColumn> filled);

    /** Sums over all rows but those that are or may be written here. */
    List<TableSum> othersSums();

    /** Tables that triggers or cascades wrote to so far, so that their sums say nothing; named as in {@link TableSum}. */
    Set<String> writtenBeside();

    /** How many rows were there before and may be written here. */
    int picked();
}
