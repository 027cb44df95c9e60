package dev.rubicon.engine.postgres;

import dev.rubicon.plan.Work;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which of the values that a backfill sets can be asked for afterwards.
 *
 * @param unequal whether a row holds another value than it shall, in the columns where that can be asked; null for none
 * @param because why it cannot be asked of other columns, or null where there are none
 */
record AskedValues(@Nullable String unequal, @Nullable String because) {

    /** @param changed says of an expression which changed column it reads, for a sentence that begins "its value reads" */
    static AskedValues of(Connection connection, Fragments fragments, BackfillTable table, Work.Backfill work,
            Function<String, Optional<String>> changed) throws SQLException {
        Map<String, String> set = new LinkedHashMap<>();
        work.set().forEach((column, value) -> set.put(column, fragments.expression("set." + column, value)));
        List<String> because = new ArrayList<>();
        List<String> unequal = new ArrayList<>();
        for (Map.Entry<String, String> one : set.entrySet()) {
            Optional<String> hindrance = hindrance(connection, fragments, one.getValue(), changed);
            String differs = hindrance.isPresent()
                    ? null
                    : Unequal.of(connection, fragments, table, Map.of(one.getKey(), one.getValue()));
            if (differs != null) {
                unequal.add(differs);
            } else {
                because.add(one.getKey() + ": " + hindrance.orElse("its type has no equality"));
            }
        }
        return new AskedValues(unequal.isEmpty() ? null : "(" + String.join(" OR ", unequal) + ")",
                because.isEmpty() ? null : String.join("; ", because));
    }

    /** Why an expression may answer something else today than when it was written into the row. */
    private static Optional<String> hindrance(Connection connection, Fragments fragments, String value,
            Function<String, Optional<String>> changed) throws SQLException {
        if (fragments.hasSubquery(value)) {
            return Optional.of("its value asks other rows, which may have changed since");
        }
        Optional<String> reads = changed.apply(value);
        if (reads.isPresent()) {
            return reads.map(column -> "its value reads " + column + " which the backfill itself has changed");
        }
        return Unequal.volatileCall(connection, fragments, value)
                .map(name -> name + "() answers something else each time");
    }
}
