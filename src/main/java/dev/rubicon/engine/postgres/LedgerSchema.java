package dev.rubicon.engine.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rubicon's own schema on a target. New tables only: nothing of the application's is locked. */
final class LedgerSchema {

    private static final Map<String, String> TABLES = new LinkedHashMap<>();

    static {
        TABLES.put("ledger", """
                CREATE TABLE IF NOT EXISTS rubicon.ledger (
                    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    plan      text NOT NULL,
                    revision  int NOT NULL,
                    digest    text NOT NULL,
                    step      text NOT NULL,
                    direction text NOT NULL CHECK (direction IN ('forward', 'rollback', 'skip')),
                    rollout   bigint NOT NULL,
                    run       bigint NOT NULL,
                    attempt   int NOT NULL,
                    fence     bigint NOT NULL,
                    checksum  text NOT NULL,
                    migration text NOT NULL,
                    rows      bigint NOT NULL,
                    at        timestamptz NOT NULL DEFAULT clock_timestamp(),
                    note      text,
                    row_change bigint
                )""");
        TABLES.put("fence", """
                CREATE TABLE IF NOT EXISTS rubicon.fence (
                    one   boolean PRIMARY KEY DEFAULT true CHECK (one),
                    token bigint NOT NULL,
                    run   bigint NOT NULL,
                    node  text NOT NULL,
                    at    timestamptz NOT NULL
                )""");
        TABLES.put("backfill_cursor", """
                CREATE TABLE IF NOT EXISTS rubicon.backfill_cursor (
                    plan        text NOT NULL,
                    step        text NOT NULL,
                    direction   text NOT NULL,
                    rollout     bigint NOT NULL,
                    checksum    text NOT NULL,
                    fence       bigint NOT NULL,
                    walk        text NOT NULL,
                    filenode    bigint NOT NULL,
                    pass        int NOT NULL,
                    position    text[],
                    until       text[],
                    scanned     bigint NOT NULL,
                    changed     bigint NOT NULL,
                    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
                    PRIMARY KEY (plan, step, direction)
                )""");
        TABLES.put("backfill_range", """
                CREATE TABLE IF NOT EXISTS rubicon.backfill_range (
                    plan        text NOT NULL,
                    step        text NOT NULL,
                    direction   text NOT NULL,
                    number      int NOT NULL,
                    relation    text NOT NULL,
                    walk        text NOT NULL,
                    filenode    bigint NOT NULL,
                    position    text[],
                    until       text[] NOT NULL,
                    expected    bigint NOT NULL,
                    scanned     bigint NOT NULL,
                    changed     bigint NOT NULL,
                    done        boolean NOT NULL,
                    fence       bigint NOT NULL,
                    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
                    PRIMARY KEY (plan, step, direction, number)
                )""");
        TABLES.put("backfill_quarantine", """
                CREATE TABLE IF NOT EXISTS rubicon.backfill_quarantine (
                    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                    plan        text NOT NULL,
                    step        text NOT NULL,
                    direction   text NOT NULL,
                    checksum    text NOT NULL,
                    rollout     bigint NOT NULL,
                    run         bigint NOT NULL,
                    relation    text NOT NULL,
                    table_oid   oid NOT NULL,
                    key         text[] NOT NULL,
                    error       text NOT NULL,
                    sqlstate    text,
                    accepted    text,
                    fence       bigint NOT NULL,
                    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
                    UNIQUE (plan, step, direction, table_oid, key)
                )""");
        TABLES.put("backfill_evidence", """
                CREATE TABLE IF NOT EXISTS rubicon.backfill_evidence (
                    plan           text NOT NULL,
                    step           text NOT NULL,
                    direction      text NOT NULL,
                    checksum       text NOT NULL,
                    began_xid      bigint,
                    swept_xid      bigint,
                    ended_xid      bigint,
                    counted        bigint,
                    inserted       bigint,
                    written        bigint,
                    deleted        bigint,
                    changed        bigint,
                    side_effect    bigint NOT NULL DEFAULT 0,
                    others         bigint,
                    compared       bigint NOT NULL DEFAULT 0,
                    left_out       bigint NOT NULL DEFAULT 0,
                    differing      bigint NOT NULL DEFAULT 0,
                    differing_late bigint NOT NULL DEFAULT 0,
                    matching       bigint NOT NULL DEFAULT 0,
                    matching_late  bigint NOT NULL DEFAULT 0,
                    unread         bigint NOT NULL DEFAULT 0,
                    examples       text[] NOT NULL DEFAULT '{}',
                    beside         bigint,
                    beside_deleted bigint,
                    fence          bigint NOT NULL,
                    at             timestamptz NOT NULL DEFAULT clock_timestamp(),
                    PRIMARY KEY (plan, step, direction)
                )""");
        TABLES.put("index_intent", """
                CREATE TABLE IF NOT EXISTS rubicon.index_intent (
                    plan       text NOT NULL,
                    step       text NOT NULL,
                    direction  text NOT NULL,
                    checksum   text NOT NULL,
                    fence      bigint NOT NULL,
                    object     text NOT NULL,
                    present    boolean NOT NULL,
                    oid        oid,
                    definition text,
                    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
                    PRIMARY KEY (plan, step, direction)
                )""");
    }

    private record Later(String table, String column, String type) {}

    /** Columns that tables of an earlier version lack. */
    private static final List<Later> LATER = List.of(new Later("ledger", "note", "text"),
            new Later("ledger", "row_change", "bigint"), new Later("backfill_evidence", "beside", "bigint"),
            new Later("backfill_evidence", "beside_deleted", "bigint"));

    private static final String HAS_COLUMN = """
            SELECT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = 'rubicon.%s'::regclass
                           AND a.attname = '%s' AND NOT a.attisdropped)""";

    private static final String MAY_CHANGE = """
            SELECT pg_has_role(c.relowner, 'USAGE') FROM pg_class c WHERE c.oid = 'rubicon.%s'::regclass""";

    private LedgerSchema() {}

    /** Creates what is missing; where all is there, no privilege to create is needed. */
    static void ensure(Connection connection) throws SQLException {
        if (!exists(connection, "SELECT to_regnamespace('rubicon') IS NOT NULL")) {
            Rows.execute(connection, "CREATE SCHEMA IF NOT EXISTS rubicon");
        }
        for (Map.Entry<String, String> table : TABLES.entrySet()) {
            if (!exists(connection, "SELECT to_regclass('rubicon." + table.getKey() + "') IS NOT NULL")) {
                Rows.execute(connection, table.getValue());
            }
        }
        for (Later later : LATER) {
            if (!hasColumn(connection, later.table, later.column)
                    && exists(connection, MAY_CHANGE.formatted(later.table))) {
                // ACCESS EXCLUSIVE on Rubicon's own table, for an entry in the catalog: nobody else works with it
                Rows.execute(connection, "ALTER TABLE rubicon.%s ADD COLUMN IF NOT EXISTS %s %s"
                        .formatted(later.table, later.column, later.type));
            }
        }
        if (!exists(connection, "SELECT to_regclass('rubicon.ledger_by_step') IS NOT NULL")) {
            Rows.execute(connection, "CREATE INDEX IF NOT EXISTS ledger_by_step ON rubicon.ledger (plan, step, id)");
        }
        if (!exists(connection, "SELECT EXISTS (SELECT FROM rubicon.fence)")) {
            Rows.execute(connection, "INSERT INTO rubicon.fence (token, run, node, at) VALUES (0, 0, '', now())");
        }
        RecordTable.dropExpired(connection);
    }

    /** Whether a table has a column that earlier versions lack, and that this role could not add. */
    static boolean hasColumn(Connection connection, String table, String column) throws SQLException {
        return exists(connection, HAS_COLUMN.formatted(table, column));
    }

    static boolean hasLedger(Connection connection) throws SQLException {
        return exists(connection, "SELECT to_regclass('rubicon.ledger') IS NOT NULL");
    }

    private static boolean exists(Connection connection, String sql) throws SQLException {
        return Rows.first(connection, sql, row -> row.getBoolean(1)).orElse(false);
    }
}
