package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Pieces of the safe forms that rules print. */
final class Sql {

    /** Names beyond this many bytes are cut by the server. */
    static final int LONGEST_NAME = 63;

    private Sql() {}

    static String quote(String name) {
        return Identifiers.quote(name);
    }

    /** One ALTER TABLE for each change, so that none holds its lock while another one works. */
    static String alter(QualifiedName table, String... changes) {
        return lines(Arrays.stream(changes).map(change -> "ALTER TABLE " + table.sql() + " " + change + ";")
                .toArray(String[]::new));
    }

    static String lines(String... statements) {
        return String.join("\n", statements);
    }

    /** A name out of one or several words, cut as the server cuts: between characters, never inside one; not yet quoted. */
    static String name(String... words) {
        String name = String.join("_", words);
        while (bytes(name) > LONGEST_NAME) {
            name = name.substring(0, name.offsetByCodePoints(name.length(), -1));
        }
        return name;
    }

    static int bytes(String name) {
        return name.getBytes(StandardCharsets.UTF_8).length;
    }

    /**
     * The way around a rewrite: a second table is filled while the first is in use, then the two change their names in one
     * short transaction.
     *
     * @param kind a word before TABLE with a space behind it, or empty
     * @param options what stands behind the definition, with a space before it, or empty
     */
    static String copy(QualifiedName table, String kind, String options) {
        QualifiedName next = table.sibling(name(table.name(), "new"));
        return lines("CREATE " + kind + "TABLE " + next.sql() + " (LIKE " + table.sql() + " INCLUDING ALL)" + options
                + ";", "-- in batches, as a backfill, while a trigger on " + table + " keeps the copy equal:",
                "INSERT INTO " + next.sql() + " SELECT * FROM " + table.sql() + " ON CONFLICT DO NOTHING;",
                "-- in one transaction:",
                alter(table, "RENAME TO " + quote(name(table.name(), "old"))),
                alter(next, "RENAME TO " + quote(table.name())));
    }

    /** A statement that is short once it has its lock, told not to wait for it long; Rubicon does so by itself. */
    static @Nullable String bounded(Judged judged) {
        return judged.passage().inPlan()
                ? null
                : lines("BEGIN;", "SET LOCAL lock_timeout = '1s';", judged.statement().sql() + ";", "COMMIT;");
    }
}
