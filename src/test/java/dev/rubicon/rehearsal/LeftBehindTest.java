package dev.rubicon.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Engine;
import dev.rubicon.engine.StandaloneEngine;
import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.engine.schema.SchemaObject.Kind;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.plan.Phase;
import dev.rubicon.plan.PlanReader;
import dev.rubicon.verification.SchemaChange;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LeftBehindTest {

    private static final Engine ENGINE = ServiceLoader.load(StandaloneEngine.class).findFirst().orElseThrow().engine();

    private static final SchemaObject AUDIT = new SchemaObject(Kind.TABLE, "public.audit",
            "CREATE TABLE public.audit (\n    id integer NOT NULL\n);\n");
    private static final SchemaObject KEY = new SchemaObject(Kind.CONSTRAINT, "audit_pkey ON public.audit",
            "ALTER TABLE public.audit ADD CONSTRAINT audit_pkey PRIMARY KEY (id);\n");
    private static final SchemaObject INDEX = new SchemaObject(Kind.INDEX, "public.by_age",
            "CREATE INDEX by_age ON public.users USING btree (age);\n");

    private static SchemaObject users(String... columns) {
        return new SchemaObject(Kind.TABLE, "public.users",
                "CREATE TABLE public.users (\n    " + String.join(",\n    ", columns) + "\n);\n");
    }

    private static SchemaObject function(String body) {
        return new SchemaObject(Kind.FUNCTION, "public.\"Greet\"(integer)", "CREATE FUNCTION … " + body + ";\n");
    }

    private static SchemaSnapshot schema(SchemaObject... objects) {
        return new SchemaSnapshot(17, Arrays.asList(objects), List.of());
    }

    private static Phase phase(String sql, String rollback) {
        return PlanReader.standalone().read("""
                plan: left-behind
                title: What stays
                engine: postgresql
                phases:
                  - phase: expand
                    steps:
                      - step: only
                        sql: |
                          %s
                        rollback: { %s, dataLoss: none }
                """.formatted(sql, rollback), "application/yaml").document().phases().getFirst();
    }

    private static LeftBehind left(Phase phase, SchemaSnapshot before, SchemaSnapshot found,
            @Nullable SchemaSnapshot after) {
        LeftBehind left = new LeftBehind(ENGINE, phase);
        Restored run = new Restored();
        if (after != null) {
            run.went(before, after);
        }
        left.look(before, found, new Restored(), after == null ? null : run);
        return left;
    }

    private static List<String> words(LeftBehind left) {
        return left.broken().stream().map(SchemaChange::words).toList();
    }

    @Test
    void namesWhatAStepMadeAndNothingTakesAway() {
        SchemaSnapshot after = schema(users("id int", "nick text", "\"Note\" text"), AUDIT, KEY, function("2"));
        LeftBehind left = left(
                phase("""
                CREATE TABLE IF NOT EXISTS Audit (id int PRIMARY KEY);
                          ALTER TABLE users ADD COLUMN IF NOT EXISTS nick text;
                          CREATE OR REPLACE FUNCTION "Greet"(int) RETURNS int LANGUAGE sql RETURN 2""",
                        "sql: SELECT 1"),
                schema(users("id int"), function("1")), after, after);
        assertThat(words(left)).containsExactly("function public.\"Greet\"(integer)", "table public.audit",
                "table public.users");
        assertThat(left.unproven()).isEmpty();
        assertThat(left.notes()).as("the key comes with its table").isEmpty();
    }

    @Test
    void blamesNobodyForWhatOthersDid() {
        Phase phase = phase("ALTER TABLE users ADD COLUMN IF NOT EXISTS nick text", "sql: SELECT 1");
        SchemaSnapshot before = schema(users("id int"));

        LeftBehind later = left(phase, before, schema(users("id int"), AUDIT, INDEX), before);
        assertThat(words(later)).isEmpty();
        assertThat(later.notes()).isEmpty();

        SchemaSnapshot meanwhile = schema(users("id int", "age int"), INDEX);
        LeftBehind left = left(phase, before, meanwhile, meanwhile);
        assertThat(words(left)).isEmpty();
        assertThat(left.unproven()).isEmpty();
        assertThat(left.notes()).containsExactly("Changed while phase 1 ran, and by no step: table public.users",
                "Changed while phase 1 ran, and by no step: index public.by_age");
    }

    @Test
    void provesNothingWhereAStepMayHaveDoneWhatItDoesNotName() {
        SchemaSnapshot after = schema(users("id int"), INDEX);
        LeftBehind left = left(phase("DO $$ BEGIN EXECUTE 'CREATE INDEX by_' || 'age ON users (age)'; END $$",
                "sql: SELECT 1"), schema(users("id int")), after, after);
        assertThat(words(left)).isEmpty();
        assertThat(left.unproven()).singleElement().asString()
                .startsWith("index public.by_age changed while phase 1 ran");
    }

    @Test
    void provesNothingWhereItIsNotKnownWhatWasLeft() {
        LeftBehind left = left(phase("CREATE TABLE IF NOT EXISTS audit (id int)", "sql: SELECT 1"), schema(),
                schema(AUDIT, INDEX), null);
        assertThat(words(left)).isEmpty();
        assertThat(left.unproven()).singleElement().asString().contains("What phase 1 left", "table public.audit");
        assertThat(left.notes()).isEmpty();
    }

    @Test
    void letsStayWhatThePlanSaysThatItStays() {
        LeftBehind left = left(
                phase("CREATE TABLE IF NOT EXISTS audit (id int)", "nothing: an empty table harms nobody"),
                schema(), schema(AUDIT), schema(AUDIT));
        assertThat(words(left)).isEmpty();
        assertThat(left.unproven()).isEmpty();
        assertThat(left.notes()).containsExactly("Stays behind the way back, as the plan says: table public.audit");
    }
}
