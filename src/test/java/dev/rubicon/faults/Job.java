package dev.rubicon.faults;

import java.util.List;

/** What the run does whose middle step a fault strikes, and how the target must be when it has ended. */
enum Job {

    ROWS("sql: UPDATE accounts SET touched = touched + 1 WHERE id <= 1000;",
            "sql: UPDATE accounts SET touched = touched - 1 WHERE id <= 1000;", "", false,
            "SELECT count(*) FILTER (WHERE touched = 1) || ' of ' || sum(touched) FROM accounts",
            "1000 of 1000"), PRECONDITION(ROWS.work, ROWS.wayBack, """
            before:
              - name: nobody holds us
                sql: SELECT hold()
                expect: 0
            """, false, ROWS.question, ROWS.answer), VERIFICATION(ROWS.work, ROWS.wayBack, """
            verify:
              - name: nobody holds us
                sql: SELECT hold()
                expect: 0
              - name: no row came or went
                rowCount: unchanged
            """, false, ROWS.question, ROWS.answer), ROWS_BACK(ROWS.work, ROWS.wayBack, "", true, ROWS.question,
                    "0 of 0"), COLUMN("sql: ALTER TABLE accounts ADD COLUMN middle int;",
                            "sql: ALTER TABLE accounts DROP COLUMN middle;", "",
                            false, """
            SELECT count(*) FROM information_schema.columns WHERE table_name = 'accounts' AND column_name = 'middle'""",
                            "1"), BACKFILL("""
            backfill:
              table: accounts
              set: { copy: name, touched: touched + 1 }
              where: copy IS NULL
            """, "nothing: derived data", "", false,
                                    "SELECT min(touched) || '..' || max(touched) || ' ' || count(*) FILTER (WHERE copy = name) FROM accounts",
                                    "1..1 " + Job.ALL_ROWS), INDEX(
                                            "sql: CREATE INDEX CONCURRENTLY accounts_name_idx ON accounts (name);",
                                            "sql: DROP INDEX CONCURRENTLY accounts_name_idx;", "", false,
                                            "SELECT count(*) FROM pg_indexes WHERE tablename = 'accounts' AND indexdef LIKE '%(name)'",
                                            "1"), INDEX_BACK(INDEX.work, INDEX.wayBack, "", true, INDEX.question, "0");

    static final int ALL_ROWS = 20_000;
    static final List<String> STEPS = List.of("first", "middle", "last");

    /** The database of every target: what jobs work on, and the functions at which a run can be held. */
    static final String[] DATABASE = {
            "CREATE TABLE accounts (id bigint PRIMARY KEY, name text NOT NULL, copy text, touched int NOT NULL DEFAULT 0)",
            "INSERT INTO accounts SELECT i, 'account ' || i FROM generate_series(1, " + ALL_ROWS + ") i",
            // the wait is no lock that somebody on the table makes us wait for: no budget of the engine counts
            """
            CREATE FUNCTION hold() RETURNS int LANGUAGE plpgsql SET lock_timeout = 0 AS $$
            BEGIN PERFORM pg_advisory_xact_lock_shared(4711, 0); RETURN 0; END $$""", """
            CREATE FUNCTION hold_here() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM hold(); RETURN NULL; END $$""", """
            CREATE FUNCTION hold_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM hold(); END $$""", """
            CREATE FUNCTION doubt_here() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN PERFORM set_config('synchronous_commit', 'on', true); RETURN NULL; END $$"""};

    final boolean back;
    private final String work;
    private final String wayBack;
    private final String more;
    final String question;
    final String answer;

    Job(String work, String wayBack, String more, boolean back, String question, String answer) {
        this.work = work;
        this.wayBack = wayBack;
        this.more = more;
        this.back = back;
        this.question = question;
        this.answer = answer;
    }

    /** The plan: a step before it, the step, a step behind it. */
    String plan(String name) {
        return """
                plan: %s
                title: Stands where a fault strikes
                description: The step in the middle is the one.
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: first
                        sql: CREATE TABLE first_made (id bigint PRIMARY KEY);
                        rollback:
                          sql: DROP TABLE first_made;
                          dataLoss: none
                      - step: middle
                %s
                        rollback:
                          %s
                          dataLoss: none
                      - step: last
                        sql: CREATE TABLE last_made (id bigint PRIMARY KEY);
                        rollback:
                          sql: DROP TABLE last_made;
                          dataLoss: none
                """.formatted(name, (work.strip() + "\n" + more).stripTrailing().indent(8).stripTrailing(), wayBack);
    }
}
