package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Applications;
import dev.rubicon.engine.Applications.FilledColumn;
import dev.rubicon.engine.Applications.Loss;
import dev.rubicon.engine.Applications.Version;
import dev.rubicon.engine.Applications.Writes;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.testing.TestPostgres;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Versions of an application at work on a database that changes under them. */
class PlayedApplicationsTest {

    private static final String[] SHOP = {
            "CREATE TABLE team (id int PRIMARY KEY, name text NOT NULL UNIQUE)",
            """
                    CREATE TABLE users (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, team int NOT NULL REFERENCES team,
                        email varchar(40) NOT NULL CHECK (email LIKE '%@%'), name text, born date,
                        size numeric(6, 2) NOT NULL DEFAULT 0 CHECK (size >= 0))""",
            "CREATE UNIQUE INDEX one_email ON users (lower(email))",
            "INSERT INTO team SELECT i, 'team ' || i FROM generate_series(1, 5) i",
            """
                    INSERT INTO users (team, email, name, born, size)
                    SELECT 1 + i % 5, 'u' || i || '@example.org', 'name ' || i, date '2000-01-01' + i, i
                      FROM generate_series(1, 100) i"""};

    private final TestPostgres.Database database = TestPostgres.database();

    private Applications begin(String... tables) {
        return PlayedApplications.begin(new TargetAccess("shadow", EngineKind.POSTGRESQL, "test", database.url(),
                database.user(), database.password(), Map.of()), List.of(tables));
    }

    private Applications shop() {
        database.run(SHOP);
        return begin("users");
    }

    private static Writes all(Applications applications, List<FilledColumn> filled, String... made) {
        Writes old = applications.write(Version.OLD, List.of(), filled);
        Writes young = applications.write(Version.NEW, List.of(made), filled);
        return new Writes(java.util.stream.Stream.of(old, young).flatMap(each -> each.written().stream()).toList(),
                java.util.stream.Stream.of(old, young).flatMap(each -> each.unwritten().stream()).toList());
    }

    private static List<String> lost(Applications applications, List<FilledColumn> filled) {
        assertThat(applications.outcome(filled).uncompared()).isEmpty();
        return applications.outcome(filled).losses().stream().map(PlayedApplicationsTest::words).toList();
    }

    private static String words(Loss loss) {
        return "%s %s %s %d %s".formatted(loss.table(), loss.column(), loss.by(), loss.rows(), loss.what());
    }

    @Test
    void writesRowsThatSatisfyWhatTheTableDemandsAndFindsThemAgain() {
        Applications applications = shop();
        Writes writes = all(applications, List.of());

        assertThat(writes.unwritten()).isEmpty();
        assertThat(writes.written()).extracting(Applications.Written::inserted).containsExactly(8, 8);
        assertThat(writes.written()).extracting(Applications.Written::updated).containsExactly(5, 5);
        assertThat(writes.written()).extracting(Applications.Written::deleted).containsExactly(1, 2);
        assertThat(database.value("SELECT count(*) FROM users")).isEqualTo("113");
        assertThat(lost(applications, List.of())).isEmpty();
    }

    @Test
    void tellsHowManyRowsLoseAColumnThatTheNewApplicationAloneWrote() {
        Applications applications = shop();
        database.run("ALTER TABLE users ADD COLUMN nickname text");
        all(applications, List.of());
        database.run("ALTER TABLE users DROP COLUMN nickname");

        assertThat(lost(applications, List.of()))
                .containsExactly("public.users nickname NEW 13 lost it with the column");
    }

    @Test
    void losesNothingInAColumnThatThePlanFillsFromTheOldOne() {
        Applications applications = shop();
        List<FilledColumn> filled = List.of(new FilledColumn("public.users", "title", "upper(name)", null));
        database.run("ALTER TABLE users ADD COLUMN title text");
        all(applications, filled);
        assertThat(database.value("SELECT count(*) FROM users WHERE title = upper(name)")).isEqualTo("13");
        database.run("UPDATE users SET title = upper(name)", "ALTER TABLE users DROP COLUMN title");

        assertThat(lost(applications, filled)).isEmpty();
    }

    @Test
    void followsAColumnThatIsRenamedAndBack() {
        Applications applications = shop();
        database.run("ALTER TABLE users RENAME COLUMN name TO title");
        Writes writes = all(applications, List.of());
        database.run("ALTER TABLE users RENAME COLUMN title TO name");

        assertThat(writes.unwritten()).singleElement().asString().contains("The old application does not write",
                "no name any more");
        assertThat(lost(applications, List.of())).isEmpty();
    }

    @Test
    void writesAsTheOldApplicationThroughAViewInTheTablesPlace() {
        Applications applications = shop();
        database.run("ALTER TABLE users RENAME TO people",
                "CREATE VIEW users AS SELECT id, team, email, name, born, size FROM people");
        Writes writes = all(applications, List.of());
        database.run("DROP VIEW users", "ALTER TABLE people RENAME TO users");

        assertThat(writes.unwritten()).isEmpty();
        assertThat(lost(applications, List.of())).isEmpty();
    }

    @Test
    void seesWhatAnotherTypeCannotHold() {
        Applications applications = shop();
        database.run("ALTER TABLE users ALTER COLUMN size TYPE numeric");
        all(applications, List.of());
        assertThat(lost(applications, List.of())).isEmpty();
        database.run("ALTER TABLE users ALTER COLUMN size TYPE numeric(6, 2) USING 0");

        assertThat(lost(applications, List.of())).contains("public.users size OLD 12 do not have the value that was written");
    }

    @Test
    void missesRowsThatAWayBackFromACopyForgets() {
        Applications applications = shop();
        database.run("CREATE TABLE kept AS SELECT * FROM users", "CREATE TABLE made (id int PRIMARY KEY, note text)");
        all(applications, List.of(), "made");
        database.run("DELETE FROM users", "INSERT INTO users OVERRIDING SYSTEM VALUE SELECT * FROM kept",
                "DROP TABLE made");

        assertThat(lost(applications, List.of())).contains("public.users null OLD 1 were deleted and are there again",
                "public.users null NEW 8 are gone", "public.made null NEW 8 are gone");
    }

    @Test
    void leavesTheOldColumnToATriggerThatKeepsItInStep() {
        Applications applications = shop();
        List<FilledColumn> kept = List.of(new FilledColumn("users", "title", "name", "name"));
        database.run("ALTER TABLE users ADD COLUMN title text", "UPDATE users SET title = name");
        applications.write(Version.NEW, List.of(), kept);
        assertThat(database.value("SELECT count(*) FROM users WHERE name IS NULL")).isEqualTo("8");
        assertThat(lost(applications, kept)).contains("public.users name NEW 13 do not have the value that was written");
    }

    @Test
    void comparesNothingThatTriggersWrite() {
        database.run(SHOP);
        database.run("CREATE TABLE log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, what text)",
                "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log (what) VALUES (tg_op); "
                        + "RETURN NULL; END $$",
                "CREATE TRIGGER noted AFTER INSERT OR UPDATE OR DELETE ON users FOR EACH STATEMENT EXECUTE FUNCTION note()");
        Applications applications = begin("public.users");
        all(applications, List.of());

        assertThat(applications.writtenBeside()).containsExactly("public.log");
        assertThat(applications.outcome(List.of()).uncompared()).singleElement().asString()
                .contains("public.log", "public.users");
        assertThat(applications.outcome(List.of()).losses()).isEmpty();
    }

    @Test
    void sumsUpTheRowsOfOthersAlone() {
        Applications applications = shop();
        var before = applications.othersSums();
        all(applications, List.of());
        assertThat(applications.othersSums()).isEqualTo(before);
        database.run("UPDATE users SET born = NULL WHERE id = 60");
        assertThat(applications.othersSums()).isNotEqualTo(before);
    }

    @Test
    void tellsWhatItCannotWrite() {
        database.run(SHOP);
        database.run("CREATE TABLE log (what text)");
        Applications applications = begin("users", "log", "nowhere");
        database.run("ALTER TABLE users ADD COLUMN code text NOT NULL DEFAULT 'x'", "ALTER TABLE users ALTER COLUMN code "
                + "DROP DEFAULT");
        Writes writes = applications.write(Version.OLD, List.of(), List.of());

        assertThat(writes.unwritten()).hasSize(2);
        assertThat(writes.unwritten().getFirst()).contains("public.log has no key");
        assertThat(writes.unwritten().getLast()).contains("could not insert into public.users", "code");
    }
}
