package dev.rubicon.engine.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** Whether an index that stands under the asked name is the one that was asked for. */
final class Standing {

    private Standing() {}

    static void demandSameTable(Connection connection, IndexFacts index, String table) throws SQLException {
        boolean same = Rows.first(connection, "SELECT to_regclass(?) = to_regclass(?)", row -> row.getBoolean(1),
                index.table(), table).orElse(false);
        if (!same) {
            throw Ending.failed("name-taken",
                    "There is an index " + index.sql() + " already, but on " + index.table() + ", not on " + table);
        }
    }

    /** @param shape of what is asked for; empty where the server would not say */
    static void demandShape(IndexFacts index, Optional<String> shape, String asked) {
        if (shape.isEmpty()) {
            throw Ending.failed("definition-unknown", "There is an index " + index.sql()
                    + " already, and whether it is "
                    + "the one that is asked for cannot be told without the privilege to create temporary tables. "
                    + both(index, asked) + "Grant TEMPORARY on the database, or skip the step if they are the same");
        }
        if (!shape.get().equals(index.shape())) {
            throw Ending.failed("other-definition", "There is a valid index " + index.sql()
                    + " already, but with another definition. " + both(index, asked)
                    + "Give the new index another name, or drop that one in a step before");
        }
    }

    private static String both(IndexFacts index, String asked) {
        return "There: " + index.definition() + ". Asked for: " + asked.strip() + ". ";
    }
}
