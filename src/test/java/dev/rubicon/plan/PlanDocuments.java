package dev.rubicon.plan;

/** Documents that tests of plans begin with. */
public final class PlanDocuments {

    private PlanDocuments() {}

    /** The plan of the format's own description. */
    public static final String RENAME = """
            plan: rename-username
            title: Rename users.username to users.display_name
            description: Markdown. Why, and what for.
            engine: postgresql                       # postgresql | dynamodb
            labels: { team: accounts, ticket: APP-1423 }

            phases:
              - phase: expand                        # expand | migrate | contract
                steps:
                  - step: add-display-name
                    sql: ALTER TABLE users ADD COLUMN display_name text;
                    rollback:
                      sql: ALTER TABLE users DROP COLUMN display_name;
                      dataLoss: none
                      window: until the backfill runs

              - phase: migrate
                title: Copy the names
                after:
                  deployment: { application: accounts-web, version: ">=2.4.0", because: it writes both columns }
                  absent: { application: accounts-web, version: "<2.4.0", because: it writes the old column alone }
                steps:
                  - step: copy-username
                    backfill:
                      table: users
                      set: { display_name: username }
                      where: display_name IS NULL
                    rollback:
                      nothing: derived data; the column goes with the expand rollback
                      dataLoss: none
                    verify:
                      - name: no name is missing
                        sql: SELECT count(*) FROM users WHERE display_name IS NULL
                        expect: 0
                      - name: no row came or went
                        rowCount: unchanged

              - phase: contract
                after:
                  deployment: { application: accounts-web, version: ">=2.5.0", because: it neither reads nor writes username }
                  absent: { application: accounts-web, version: "<2.5.0", because: it still uses username }
                  soak: 72h
                  backup: { maxAge: 24h }
                steps:
                  - step: drop-username
                    sql: ALTER TABLE users DROP COLUMN username;
                    pointOfNoReturn: true
                    rollback:
                      impossible: username is gone. Restore the table from the backup into a new database and copy it back.
                      dataLoss: total
            """;

    /** A plan of one step. */
    public static String oneStep(String plan, String sql) {
        return """
                plan: %s
                title: One step
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: only
                        sql: %s
                        rollback: { nothing: it stays, dataLoss: none }
                """.formatted(plan, sql);
    }
}
