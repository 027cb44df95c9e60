package dev.rubicon.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.plan.Finding;
import dev.rubicon.plan.PlanRoom;
import dev.rubicon.plan.Severity;
import dev.rubicon.registry.EngineKind;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where other linters are known to be wrong, ours are right: one test for each row of that list. */
class PeerErrorsTest {

    private static PlanRoom room;

    @BeforeAll
    static void open() {
        room = new PlanRoom();
    }

    @AfterAll
    static void close() {
        room.close();
    }

    @Test
    void findsSetNotNullAlthoughSomeOtherConstraintWasValidated() {
        assertThat(found("ALTER TABLE users ADD CONSTRAINT users_age CHECK (age > 0) NOT VALID;",
                "ALTER TABLE users VALIDATE CONSTRAINT users_age;",
                "ALTER TABLE users ALTER COLUMN email SET NOT NULL;")).contains("set-not-null");
        assertThat(grave("ALTER TABLE users ADD CONSTRAINT users_email CHECK (email IS NOT NULL) NOT VALID;",
                "ALTER TABLE users VALIDATE CONSTRAINT users_email;",
                "ALTER TABLE users ALTER COLUMN email SET NOT NULL;")).doesNotContain("set-not-null");
    }

    @ParameterizedTest
    @ValueSource(strings = {"now()", "current_timestamp", "lower('A')", "concat('a', 'b')", "make_interval(days => 1)",
            "to_timestamp(0)", "current_user", "'x'::text"})
    void tellsThatADefaultIsNotVolatileByWhatTheFunctionIs(String value) {
        assertThat(found("ALTER TABLE users ADD COLUMN a text DEFAULT " + value))
                .doesNotContain("add-column-volatile-default");
    }

    @ParameterizedTest
    @ValueSource(strings = {"random()", "clock_timestamp()", "gen_random_uuid()", "nextval('s')", "timeofday()"})
    void tellsThatADefaultIsVolatile(String value) {
        assertThat(found("ALTER TABLE users ADD COLUMN a text DEFAULT " + value))
                .contains("add-column-volatile-default");
    }

    @Test
    void letsAVirtualGeneratedColumnBe() {
        assertThat(judge(18, "ALTER TABLE users ADD COLUMN twice int GENERATED ALWAYS AS (age * 2) VIRTUAL"))
                .extracting(Finding::rule).doesNotContain("add-stored-generated");
        assertThat(found("ALTER TABLE users ADD COLUMN twice int GENERATED ALWAYS AS (age * 2) STORED"))
                .contains("add-stored-generated");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"varchar(10) | text", "varchar(10) | varchar(20)",
            "numeric(8,2) | numeric(10,2)", "varchar(10) | varchar"})
    void knowsChangesOfTypeThatTouchTheCatalogAlone(String from, String to) {
        assertThat(grave("CREATE TABLE a (b " + from + ");", "ALTER TABLE a ALTER COLUMN b TYPE " + to))
                .noneMatch(rule -> rule.startsWith("change-type"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"varchar(20) | varchar(10)", "int | bigint", "numeric(8,2) | numeric(10,4)",
            "text | varchar(10)"})
    void knowsChangesOfTypeThatRewriteOrCheckTheTable(String from, String to) {
        assertThat(found("CREATE TABLE a (b " + from + ");", "ALTER TABLE a ALTER COLUMN b TYPE " + to))
                .anyMatch(rule -> rule.startsWith("change-type"));
    }

    @Test
    void neverAsksForIfNotExistsOnAConcurrentBuildAndWarnsOfIt() {
        assertThat(judge(14, "CREATE INDEX CONCURRENTLY a ON b (c)"))
                .noneMatch(finding -> finding.rule().equals("index-constraint-robustness"));
        assertThat(found("CREATE INDEX CONCURRENTLY IF NOT EXISTS a ON b (c)"))
                .contains("cic-if-not-exists-masks-invalid");
    }

    @Test
    void neverAsksForATimeoutAroundAConcurrentBuild() {
        assertThat(found("CREATE INDEX CONCURRENTLY a ON b (c);"))
                .doesNotContain("missing-lock-timeout", "missing-statement-timeout");
        assertThat(found("ALTER TABLE b VALIDATE CONSTRAINT c;"))
                .doesNotContain("missing-lock-timeout", "missing-statement-timeout");
    }

    @Test
    void limitsItsTimeoutToTheStatementWhereAConcurrentBuildFollows() {
        assertThat(judge(14, "ALTER TABLE b ADD COLUMN c text; CREATE INDEX CONCURRENTLY a ON b (c);"))
                .filteredOn(finding -> finding.rule().endsWith("-timeout") && finding.rule().startsWith("missing"))
                .hasSize(2)
                .allSatisfy(finding -> assertThat(finding.safeForm()).contains("SET LOCAL").contains("COMMIT"));
        assertThat(found("SET lock_timeout = '1s'; CREATE INDEX CONCURRENTLY a ON b (c);"))
                .contains("cic-under-short-lock-timeout");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ADD CONSTRAINT c CHECK (b > 0)", "ADD CONSTRAINT c UNIQUE (b)",
            "ADD CONSTRAINT c UNIQUE USING INDEX i", "ADD CONSTRAINT c EXCLUDE USING gist (b WITH &&)"})
    void knowsThatConstraintsOfOneTableCloseIt(String change) {
        assertThat(room.get(Judgement.class)
                .judge(List.of(new ScriptFile("a", "ALTER TABLE a " + change, "forward", false)),
                        EngineKind.POSTGRESQL, Terms.TEXT)
                .getFirst().statements().getFirst().facts().strongest()).isEqualTo(LockMode.ACCESS_EXCLUSIVE);
    }

    @Test
    void findsAValidationMergedWithADrop() {
        assertThat(found("ALTER TABLE a VALIDATE CONSTRAINT c, DROP COLUMN d"))
                .contains("validate-merged-with-ael-subcommand");
        assertThat(found("ALTER TABLE a ADD COLUMN b text NOT NULL")).contains("add-column-not-null-no-default");
    }

    @Test
    void judgesConcurrentBuildsToo() {
        var statement = room.get(Judgement.class)
                .judge(List.of(new ScriptFile("a", "CREATE INDEX CONCURRENTLY i ON a (b)", "forward", false)),
                        EngineKind.POSTGRESQL, Terms.TEXT)
                .getFirst().statements().getFirst();
        assertThat(statement.transactional()).isFalse();
        assertThat(statement.facts().strongest()).isEqualTo(LockMode.SHARE_UPDATE_EXCLUSIVE);
    }

    @Test
    void knowsThatAReindexStopsPlainReadsToo() {
        assertThat(judge(14, "REINDEX TABLE a")).filteredOn(finding -> finding.rule().equals("reindex-not-concurrent"))
                .singleElement().satisfies(finding -> {
                    assertThat(finding.severity()).isGreaterThanOrEqualTo(Severity.WARNING);
                    assertThat(finding.message() + finding.why()).containsIgnoringCase("read");
                });
    }

    /** Each statement is a file of its own; the verdict is about the last. */
    private static List<String> found(String... files) {
        return judge(14, files).stream().map(Finding::rule).toList();
    }

    private static List<String> grave(String... files) {
        return judge(14, files).stream().filter(finding -> finding.severity() != Severity.INFO).map(Finding::rule)
                .toList();
    }

    private static List<Finding> judge(int version, String... files) {
        return room.get(Judgement.class)
                .judge(Arrays.stream(files).map(sql -> new ScriptFile("file", sql, "forward", false)).toList(),
                        EngineKind.POSTGRESQL, new Terms(version, null, false))
                .getLast().verdict().findings();
    }
}
