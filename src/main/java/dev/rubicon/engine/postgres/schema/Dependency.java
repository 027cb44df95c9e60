package dev.rubicon.engine.postgres.schema;

import dev.rubicon.engine.postgres.schema.Part.Address;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A row of {@code pg_depend}, or of {@code pg_inherits} with the kind {@code h}. */
record Dependency(Address from, Address to, char kind) {

    /**
     * The server's own objects are always there, so nothing has to wait for them. A check that a child of a table has of
     * its own comes before the parent's of the same name, which then merges with it: behind a parent's that is not valid
     * it would be refused.
     */
    static final String SQL = """
            SELECT classid::bigint, objid::bigint, refclassid::bigint, refobjid::bigint, deptype
              FROM pg_depend
             WHERE objid >= 16384 AND (refobjid >= 16384 OR refobjid = to_regnamespace('public'))
            UNION ALL
            SELECT 'pg_class'::regclass::oid::bigint, inhrelid::bigint, 'pg_class'::regclass::oid::bigint, inhparent::bigint, 'h'
              FROM pg_inherits
            UNION ALL
            SELECT k.tableoid::bigint, k.oid::bigint, m.tableoid::bigint, m.oid::bigint, 'n'
              FROM pg_constraint k JOIN pg_inherits h ON h.inhparent = k.conrelid
              JOIN pg_constraint m ON m.conrelid = h.inhrelid AND m.conname = k.conname
             WHERE k.contype = 'c' AND m.contype = 'c' AND m.conislocal""";

    static Dependency read(ResultSet row) throws SQLException {
        return new Dependency(new Address(row.getLong(1), row.getLong(2), ""),
                new Address(row.getLong(3), row.getLong(4), ""), row.getString(5).charAt(0));
    }

    /** Whether the one is made along with the other and has no statement of its own. */
    boolean internal() {
        return kind == 'i' || kind == 'e';
    }

    /** Whether the one belongs to a partition, and comes about when that is attached or its parent gets the other. */
    boolean partition() {
        return kind == 'P' || kind == 'S';
    }

    boolean inheritance() {
        return kind == 'h';
    }
}
