package dev.rubicon.engine.facts;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A constraint of a table.
 *
 * @param name as written, or null where the server chooses one
 * @param columns those it is on; for a check, those it reads; empty with {@code usingIndex}
 * @param check CHECK only
 * @param references FOREIGN KEY only: the referenced table
 * @param referencedColumns as written; empty means that table's primary key
 * @param notValid whether existing rows are not checked yet
 * @param enforced false for NOT ENFORCED (from 18 on)
 * @param usingIndex the index that it takes over, or null
 * @param sql as the author wrote it, {@code CONSTRAINT name} included
 */
public record Constraint(@Nullable String name, Kind kind, List<String> columns, @Nullable Expression check,
        @Nullable QualifiedName references, List<String> referencedColumns, boolean notValid, boolean enforced,
        @Nullable String usingIndex, boolean deferrable, boolean nullsNotDistinct, String sql) {

    /** What it demands. */
    public enum Kind {
        PRIMARY_KEY, UNIQUE, CHECK, FOREIGN_KEY, EXCLUDE, NOT_NULL;

        /** As in SQL. */
        public String word() {
            return name().replace('_', ' ');
        }
    }
}
