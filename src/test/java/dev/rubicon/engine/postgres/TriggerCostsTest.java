package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.TriggerCost;
import dev.rubicon.plan.DualWriteTrigger;
import dev.rubicon.plan.PlanReader;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.Step;
import dev.rubicon.plan.Work;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.testing.TestPostgres;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the trigger of a dual write costs, measured on a real server. */
class TriggerCostsTest {

    private static final Phase PHASE = PlanReader.standalone().read("""
            plan: costs
            title: Two columns in step
            engine: postgresql
            phases:
              - phase: migrate
                steps:
                  - step: copy
                    backfill:
                      table: people
                      dualWrite: { from: name, to: '"Full %s"' }
                    rollback: { nothing: derived, dataLoss: none }
              - phase: contract
                steps:
                  - step: look
                    check: [{ name: it answers, sql: SELECT 1, expect: 1 }]
                    rollback: { nothing: looked, dataLoss: none }
            """, "application/yaml").document().phases().getFirst();

    private final TestPostgres.Database database = TestPostgres.database();

    private void install() {
        for (Step step : PHASE.steps()) {
            if (step.work() instanceof Work.Sql sql) {
                database.run(sql.text());
            }
        }
    }

    private TriggerCost measured() {
        Work.Backfill work = Objects.requireNonNull(DualWriteTrigger.installing(PHASE).get("copy-dual-write"));
        return new PostgresTarget() {
        }.engine().triggerCost(new TargetAccess("shadow", EngineKind.POSTGRESQL, "test", database.url(),
                database.user(), database.password(), Map.of()), work);
    }

    @Test
    void measuresOnTheSameRowsAndLeavesThemAsTheyWere() {
        database.run("CREATE TABLE people (a int, b text, name varchar(9) UNIQUE, \"Full %s\" varchar(9),"
                + " PRIMARY KEY (b, a))", "INSERT INTO people SELECT i, 'b', 'n' || i FROM generate_series(1, 40) i");
        install();
        String before = database.value("SELECT md5(string_agg(t::text, ',' ORDER BY a)) FROM people t");

        TriggerCost cost = measured();

        assertThat(cost.unmeasured()).isNull();
        assertThat(cost.rows()).isEqualTo(40);
        assertThat(cost.times()).isPositive();
        assertThat(cost.plainMicros()).isPositive();
        assertThat(database.value("SELECT md5(string_agg(t::text, ',' ORDER BY a)) FROM people t")).isEqualTo(before);
        assertThat(database.value("SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'zz%' AND tgenabled = 'O'"))
                .isEqualTo("2");
    }

    @Test
    void callsTheTriggerForEachRowThatItMeasures() {
        database.run("CREATE TABLE people (id int PRIMARY KEY, name text, \"Full %s\" text)",
                "INSERT INTO people SELECT i, 'n' || i FROM generate_series(1, 40) i", "CREATE SEQUENCE calls");
        install();
        String function = database.value("SELECT tgfoid::regproc FROM pg_trigger WHERE tgname LIKE 'zz%_update'");
        // a sequence counts beyond the end of the transaction
        database.run("CREATE OR REPLACE FUNCTION " + function + "() RETURNS trigger LANGUAGE plpgsql AS "
                + "'BEGIN PERFORM nextval(''public.calls''); RETURN NEW; END'");

        TriggerCost cost = measured();

        assertThat(database.value("SELECT last_value FROM calls")).as("with a first time that is not counted")
                .isEqualTo(String.valueOf(cost.rows() * (cost.times() + 1)));
    }

    @Test
    void saysWhyNothingWasMeasured() {
        database.run("CREATE TABLE people (id int PRIMARY KEY, name text, \"Full %s\" text)",
                "INSERT INTO people VALUES (1)");
        install();
        assertThat(measured().unmeasured()).isEqualTo("people has no rows here with a value in name");
        assertThat(measured().rows()).isZero();
    }
}
