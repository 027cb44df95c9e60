package dev.rubicon.chaos;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A step of a random plan, and what the generator knows it must do.
 *
 * @param phase the kind of phase it belongs into
 * @param document the step as the plan's document has it
 * @param forward what it makes of the schema
 * @param back what its rollback makes of it
 * @param fill the rows that it changes, or null
 * @param river whether there is no way back behind it
 */
record PlannedStep(String name, String kind, String phase, Map<String, Object> document, List<Change> forward,
        List<Change> back, @Nullable Fill fill, boolean river) {

    static final String OVER_PARTITIONS = "index over partitions";
    /** Nothing else of a plan needs what these do. */
    private static final Set<String> NEEDED_BY_NOBODY = Set.of(OVER_PARTITIONS, "create index concurrently",
            "create unique index concurrently", "reindex concurrently", "refresh concurrently", "create a view",
            "check");

    /** Whether it may be skipped, and the rest still be done. */
    boolean free() {
        return NEEDED_BY_NOBODY.contains(kind);
    }

    /**
     * One object of the schema afterwards.
     *
     * @param object as {@link Inventory} names it
     * @param definition as {@link Inventory} writes it, or null for an object that is gone
     */
    record Change(String object, @Nullable String definition) {}

    /** What a step does to the rows of a table. */
    sealed interface Fill {

        /**
         * A column filled in every row.
         *
         * @param value SQL over the row
         * @param where whether the step says which rows are still to be done
         */
        record Column(Grounds ground, String column, String value, boolean where) implements Fill {}

        /** The rows marked as old are deleted. */
        record Delete(Grounds ground) implements Fill {}

        /** Two rows put into {@code conf}. */
        record Rows(int one, int other) implements Fill {}

        /** A sign put behind the value of the first row of {@code conf}: twice done, twice there. */
        record Sign() implements Fill {}

        /** Every row of {@code ref} copied into another table. */
        record Copy(String into) implements Fill {}
    }

    static Change made(String object, String definition) {
        return new Change(object, definition);
    }

    static Change gone(String object) {
        return new Change(object, null);
    }

    /** What the schema becomes. */
    static void apply(List<Change> changes, Map<String, String> inventory) {
        for (Change change : changes) {
            if (change.definition == null) {
                inventory.remove(change.object);
            } else {
                inventory.put(change.object, change.definition);
            }
        }
    }
}
