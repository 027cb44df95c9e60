package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Script;
import dev.rubicon.engine.facts.Compatibility;
import dev.rubicon.engine.facts.Compatibility.Broken;
import dev.rubicon.engine.facts.Compatibility.Depends;
import dev.rubicon.engine.facts.Facts;
import dev.rubicon.engine.facts.Lock;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the lock proofs do not show: an unknown schema, lost data, old and new code, reasons. */
class DerivationTest {

    private static final Engine ENGINE = new StandalonePostgres().engine();
    private static final QualifiedName USERS = QualifiedName.of("users");

    /** Takes all but the last statement as done before the application came, and gives the last one's facts. */
    private static Facts facts(String script) {
        return facts(script, true);
    }

    /** The same, with nobody in between who could know what was made. */
    private static Facts factsInOnePlan(String script) {
        return facts(script, false);
    }

    private static Facts facts(String script, boolean before) {
        PostgresExaminer examiner = new PostgresExaminer(Schema.open(), 16);
        List<Script.Statement> statements = ENGINE.parse(script).statements();
        statements.subList(0, statements.size() - 1).forEach(each -> examiner.apply(each.actions()));
        if (before) {
            examiner.schema().forgetMade();
        }
        return examiner.facts(statements.getLast().actions());
    }

    @Test
    void locksATableItHasNeverHeardOf() {
        assertThat(facts("ALTER TABLE users ADD COLUMN note text").locks()).containsExactly(
                new Lock(USERS, Lock.Kind.TABLE, LockMode.ACCESS_EXCLUSIVE, "it gets column note"));
    }

    @Test
    void fearsARewriteWhereTheFormerTypeIsUnknown() {
        assertThat(facts("ALTER TABLE users ALTER COLUMN name TYPE text").rewrites()).containsExactly(USERS);
        assertThat(facts("CREATE TABLE users (name varchar(10)); ALTER TABLE users ALTER COLUMN name TYPE text")
                .rewrites()).isEmpty();
    }

    @Test
    void saysWhatItKnewThatSparesAScan() {
        Facts facts = facts("""
                CREATE TABLE users (email text CONSTRAINT email_there CHECK (email IS NOT NULL));
                ALTER TABLE users ALTER COLUMN email SET NOT NULL""");
        assertThat(facts.scans()).isEmpty();
        assertThat(facts.learned())
                .containsExactly("CHECK email_there proves that email is not null, so users is not read");
    }

    @Test
    void namesBothEndsOfAForeignKeyWithTheirReasons() {
        assertThat(facts("ALTER TABLE orders ADD CONSTRAINT o_fk FOREIGN KEY (user_id) REFERENCES users (id)").locks())
                .extracting(lock -> lock.relation() + ", " + lock.because())
                .containsExactly("orders, it gets a foreign key", "users, the new foreign key references it");
    }

    @Test
    void keepsTheSchemaThatTheSearchPathDoesNotFind() {
        assertThat(facts("CREATE TABLE shop.users (id int); ALTER TABLE shop.users ADD COLUMN note text").locks())
                .extracting(Lock::relation).containsExactly(new QualifiedName("shop", "users"));
    }

    @Test
    void looksThroughABlockAndLeavesOutWhatItMakesItself() {
        Facts facts = facts("""
                DO $$ BEGIN
                    CREATE TABLE fresh (id int);
                    CREATE INDEX fresh_idx ON fresh (id);
                    ALTER TABLE users DROP COLUMN note;
                END $$""");
        assertThat(facts.destroys()).containsExactly("column users.note");
        assertThat(facts.strongest()).isEqualTo(LockMode.ACCESS_EXCLUSIVE);
    }

    @Test
    void tellsWhatIsGoneAfterwards() {
        assertThat(facts("DROP TABLE users").destroys()).containsExactly("table users");
        assertThat(facts("ALTER TABLE users DROP COLUMN name").destroys()).containsExactly("column users.name");
        assertThat(facts("TRUNCATE users").destroys()).containsExactly("the rows of users");
        assertThat(facts("DELETE FROM users WHERE id = 1").destroys()).containsExactly("rows of users");
        assertThat(facts("ALTER TABLE users ADD COLUMN a int").destroys()).isEmpty();
        assertThat(factsInOnePlan("CREATE TABLE t (id int); DROP TABLE t").destroys()).isEmpty();
    }

    @Test
    void losesWithATypeOnlyWhatTheServerCutsInSilence() {
        String table = "CREATE TABLE users (price numeric(8,4), at timestamp, n int, name text); ALTER TABLE users ";
        assertThat(facts(table + "ALTER COLUMN price TYPE numeric(8,2)").destroys()).isNotEmpty();
        assertThat(facts(table + "ALTER COLUMN at TYPE date").destroys()).isNotEmpty();
        assertThat(facts(table + "ALTER COLUMN name TYPE varchar(3) USING name::varchar(3)").destroys()).isNotEmpty();
        assertThat(facts(table + "ALTER COLUMN n TYPE bigint").destroys()).isEmpty();
        assertThat(facts(table + "ALTER COLUMN name TYPE varchar(3)").destroys()).isEmpty();
    }

    @Test
    void tellsWhichCodeBreaks() {
        assertThat(facts("ALTER TABLE users DROP COLUMN name").oldCode()).isEqualTo(new Broken("it uses users.name"));
        assertThat(facts("ALTER TABLE users ADD COLUMN age int").oldCode()).isEqualTo(Compatibility.SAFE);
        assertThat(facts("ALTER TABLE users ADD COLUMN age int").newCode())
                .isEqualTo(new Broken("it uses users.age, which is not there yet"));
        assertThat(facts("ALTER TABLE users ADD COLUMN age int NOT NULL").oldCode()).isEqualTo(
                new Broken("it inserts into users without age, which takes no null and has no default"));
        assertThat(facts("ALTER TABLE users ALTER COLUMN age SET NOT NULL").oldCode())
                .isEqualTo(new Depends("it never writes null into users.age"));
        assertThat(facts("ALTER TABLE users RENAME COLUMN name TO title").newCode())
                .isEqualTo(new Broken("it knows users.name as title"));
        assertThat(facts("CREATE INDEX users_name_idx ON users (name)").oldCode()).isEqualTo(Compatibility.SAFE);
    }

    @Test
    void letsOldCodeNotKnowWhatTheSamePlanMade() {
        assertThat(factsInOnePlan("CREATE TABLE t (id int, a int); ALTER TABLE t DROP COLUMN a").oldCode())
                .isEqualTo(Compatibility.SAFE);
    }
}
