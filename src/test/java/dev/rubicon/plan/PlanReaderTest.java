package dev.rubicon.plan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PlanReaderTest {

    private static final String YAML = "application/yaml";
    private static final String JSON = "application/json";
    private final PlanReader reader = new PlanReader(new PlanSchema());

    @Test
    void readsThePlanOfTheFormatsDescription() {
        PlanDocument plan = reader.read(PlanDocuments.RENAME, YAML).document();
        assertThat(plan.plan()).isEqualTo("rename-username");
        assertThat(plan.labels()).containsEntry("ticket", "APP-1423");
        assertThat(plan.phases()).extracting(Phase::kind).containsExactly(PhaseKind.EXPAND, PhaseKind.MIGRATE,
                PhaseKind.CONTRACT);
        assertThat(plan.phases().get(1).title()).isEqualTo("Copy the names");
        Phase contract = plan.phases().get(2);
        assertThat(contract.after().soak()).isEqualTo(Duration.ofHours(72));
        assertThat(contract.after().backup()).isEqualTo(new Phase.Backup(Duration.ofHours(24), null));
        Step copy = plan.steps().toList().get(1);
        assertThat(copy.line()).isEqualTo(23);
        assertThat(copy.pointer()).isEqualTo("/phases/1/steps/0");
        assertThat(copy.work()).isInstanceOfSatisfying(Work.Backfill.class,
                backfill -> assertThat(backfill.set()).containsEntry("display_name", "username"));
        assertThat(copy.verify()).containsExactly(
                new Verification.Query("no name is missing", "SELECT count(*) FROM users WHERE display_name IS NULL",
                        new Verification.Value("0")),
                new Verification.RowCountUnchanged("no row came or went"));
        assertThat(plan.declaredPointOfNoReturn()).map(Step::name).contains("drop-username");
    }

    @Test
    void readsEveryKeyOfTheFormat() {
        PlanDocument plan = reader.read("""
                plan: everything
                title: All keys
                engine: postgresql
                accept: [{ rule: some-rule, step: copy, because: small table }]
                phases:
                  - phase: expand
                    needs: [{ plan: other, phase: 2 }]
                    after:
                      manual:
                        - { name: support, by: dana, because: they answer }
                        - name: sales
                      backup: { maxAge: 24h, keepFor: 30d }
                    steps:
                      - step: copy
                        backfill: { table: a, into: b, onConflict: (id) DO NOTHING, from: c x, verify: sampled,
                                    lanes: 4 }
                        deadline: 6h
                        patience: 200ms
                        before: [{ name: two, same: { sql: SELECT 1, as: SELECT 1 } }]
                        rollback: { forward: { backfill: { table: b, delete: true } }, dataLoss: derived,
                                    lossQuery: SELECT count(*) FROM b }
                      - step: look
                        check: [{ name: bounds, sql: SELECT 1, expect: { min: 0.5, max: 2 } }]
                        rollback: { nothing: it only looks, dataLoss: none }
                      - step: index
                        partitionedIndex: { table: events, name: events_at, columns: [at DESC], unique: true }
                        rollback: { sql: [DROP INDEX events_at, SELECT 1], dataLoss: none }
                """, YAML).document();
        Phase phase = plan.phases().getFirst();
        assertThat(phase.needs()).containsExactly(new Phase.Need("other", 2));
        assertThat(phase.after().manual()).containsExactly(new Phase.Manual("support", "dana", "they answer"),
                new Phase.Manual("sales", null, null));
        List<Step> steps = phase.steps();
        assertThat(steps.get(0).patience()).isEqualTo(Duration.ofMillis(200));
        assertThat(steps.get(0).work()).isInstanceOfSatisfying(Work.Backfill.class, backfill -> {
            assertThat(backfill.lanes()).isEqualTo(4);
            assertThat(backfill.verify()).isEqualTo(Work.BackfillVerify.SAMPLED);
        });
        assertThat(steps.get(0).rollback().way()).isInstanceOf(Rollback.Forward.class);
        assertThat(steps.get(1).verify()).containsExactly(new Verification.Query("bounds", "SELECT 1",
                new Verification.Between(new BigDecimal("0.5"), new BigDecimal("2"))));
        assertThat(steps.get(2).rollback().way())
                .isEqualTo(new Rollback.Reverse(new Work.Sql(List.of("DROP INDEX events_at", "SELECT 1"))));
        assertThat(plan.accept()).containsExactly(new PlanDocument.AcceptedRule("some-rule", "copy", "small table"));
    }

    @Test
    void takesSetBesideIntoForTheColumnsOfTheOtherTableAndNothingElseBesideIt() {
        String plan = PlanDocuments.oneStep("copy", "SELECT 1").replace("sql: SELECT 1", "backfill: { %s }");
        assertThat(reader.read(plan.formatted("table: a, into: b, set: { c: upper(d) }"), YAML).document().phases()
                .getFirst().steps().getFirst().work()).isInstanceOfSatisfying(Work.Backfill.class,
                        copy -> assertThat(copy.set()).containsEntry("c", "upper(d)"));
        for (String both : List.of("into: b, delete: true", "set: { c: d }, delete: true",
                "into: b, set: { c: d }, delete: true")) {
            assertThat(violations(plan.formatted("table: a, " + both))).extracting(Violation::message)
                    .anyMatch(message -> message.contains("needs exactly one of set, delete, into"));
        }
    }

    @Test
    void keepsARecordOfSetAloneAndNotOfCorrections() {
        String recording = PlanDocuments.RENAME.replace("where: display_name IS NULL",
                "where: display_name IS NULL\n          record: 30d");
        assertThat(reader.read(recording, YAML).document().steps().toList().get(1).work()).isInstanceOfSatisfying(
                Work.Backfill.class, backfill -> assertThat(backfill.record()).isEqualTo(Duration.ofDays(30)));
        assertThat(violations(recording.replace("set: { display_name: username }", "delete: true"))).singleElement()
                .satisfies(it -> {
                    assertThat(it.pointer()).isEqualTo("/phases/1/steps/0/backfill/record");
                    assertThat(it.message()).contains("goes with 'set' alone");
                });
        assertThat(violations(
                PlanDocuments.RENAME.replace("nothing: derived data; the column goes with the expand rollback",
                        "forward: { backfill: { table: users, set: { display_name: username }, record: 7d } }")))
                .singleElement()
                .satisfies(it -> assertThat(it.message()).contains("a corrective backfill keeps no record"));
    }

    @Test
    void namesRecordsApartWithinWhatPostgresqlKeeps() {
        assertThat(BackfillRecord.relation("a-b", "c")).isEqualTo("rubicon.was_a_b__c");
        assertThat(BackfillRecord.relation("a", "b-c")).isEqualTo("rubicon.was_a__b_c");
        assertThat(BackfillRecord.relation("a--b", "c")).isNotEqualTo(BackfillRecord.relation("a", "b--c"));
        assertThat(BackfillRecord.relation("p".repeat(80), "s".repeat(80))).hasSize("rubicon.".length() + 63)
                .isNotEqualTo(BackfillRecord.relation("p".repeat(80), "t".repeat(80)));
    }

    @Test
    void givesOneDigestToEqualContentInWhateverSyntax() {
        PlanText yaml = reader.read(PlanDocuments.oneStep("same", "ALTER TABLE a ADD COLUMN b text"), YAML);
        PlanText json = reader.read("""
                {"phases":[{"steps":[{"rollback":{"dataLoss":"none","nothing":"it stays"},
                "sql":"ALTER TABLE \\u0061 ADD COLUMN b text","step":"only"}],"phase":"expand"}],
                "engine":"postgresql","title":"One step","plan":"same"}""", JSON);
        assertThat(yaml.digest()).isEqualTo(json.digest()).startsWith("sha256:").hasSize(71);
        assertThat(reader.read(PlanDocuments.oneStep("same", "ALTER TABLE a ADD COLUMN c text"), YAML).digest())
                .isNotEqualTo(yaml.digest());
    }

    @Test
    void meansTheSameByNumbersOfOneDigest() {
        String plan = """
                plan: p
                title: t
                engine: postgresql
                phases: [{ phase: expand, steps: [{ step: a, check: [{ name: n, sql: SELECT 1, expect: %s }],
                  rollback: { nothing: x, dataLoss: none } }] }]
                """;
        PlanText one = reader.read(plan.formatted("1.50"), YAML);
        PlanText other = reader.read(plan.formatted("1.5"), YAML);
        assertThat(one.digest()).isEqualTo(other.digest());
        assertThat(one.document().phases()).isEqualTo(other.document().phases());
    }

    @Test
    void refusesNumbersThatJsonWouldRound() {
        assertThat(violations(PlanDocuments.oneStep("p", "x").replace("title: One step", "title: 9007199254740993")))
                .anySatisfy(it -> assertThat(it.message()).contains("more digits than JSON keeps"));
    }

    @Test
    void saysWhatWasMeantByAMistypedPhase() {
        assertThat(violations(PlanDocuments.RENAME.replace("phase: expand", "phase: exqand"))).singleElement()
                .satisfies(it -> {
                    assertThat(it.pointer()).isEqualTo("/phases/0/phase");
                    assertThat(it.line()).isEqualTo(8);
                    assertThat(it.column()).isEqualTo(12);
                    assertThat(it.keyword()).isEqualTo("enum");
                    assertThat(it.message()).contains("'exqand'", "expand, migrate, contract",
                            "did you mean 'expand'?");
                });
    }

    @Test
    void tellsATypoOnceAndNotAsAMissingKeyToo() {
        assertThat(violations(PlanDocuments.RENAME.replaceFirst("rollback:", "rolback:"))).singleElement()
                .satisfies(it -> {
                    assertThat(it.message()).isEqualTo("unknown key 'rolback'; did you mean 'rollback'?");
                    assertThat(it.line()).isEqualTo(12);
                    assertThat(it.column()).isEqualTo(9);
                });
        assertThat(violations(PlanDocuments.oneStep("p", "x").replace("sql:", "sq1:"))).singleElement()
                .satisfies(it -> assertThat(it.message()).contains("'sql'"));
    }

    @Test
    void tellsAllViolationsAtOnceInTheOrderOfTheText() {
        List<Violation> violations = violations("""
                plan: Rename It
                engine: pg
                labels: { ticket: 1423 }
                phases:
                  - phase: contract
                    after: { soak: 3 days, deployment: { application: web, version: 2.4 } }
                    steps:
                      - step: one
                        sql: SELECT 1
                        backfill: { table: t, set: {} }
                      - step: one
                        rollback: { dataLoss: some }
                  - phase: expand
                    steps: []
                """);
        assertThat(violations).isSortedAccordingTo(
                java.util.Comparator.comparingInt(Violation::line).thenComparingInt(Violation::column));
        assertThat(violations).extracting(it -> it.line() + " " + it.message()).containsExactlyInAnyOrder(
                "1 'title' is missing: one line that says what the plan does, for people.",
                "1 'Rename It' is not a name: lower-case letters, digits and hyphens, beginning with a letter or digit, at most 80",
                "2 'pg' is not one of postgresql, dynamodb",
                "3 'ticket' is '1423': put it in quotes to have it as text",
                "6 '3 days' is not a duration: write a whole number and a unit, like 200ms, 30s, 15m, 72h or 7d",
                "6 'version' is '2.4': put it in quotes to have it as text",
                "8 a step needs exactly one of sql, backfill, check, partitionedIndex, dynamodb; this one has sql and backfill",
                "8 'rollback' is missing: every step says how to come back",
                "10 'set' is empty: it needs at least one entry",
                "11 a step needs exactly one of sql, backfill, check, partitionedIndex, dynamodb; this one has none of them",
                "11 the step name 'one' stands twice in the plan; the first is in line 8",
                "12 a rollback needs exactly one of sql, forward, nothing, impossible; this one has none of them",
                "12 'some' is not one of none, derived, new-writes, total",
                "13 a phase 'expand' cannot follow a phase 'contract': the order is expand, migrate, contract, each any number of times",
                "14 'steps' is empty: it needs at least one entry");
    }

    @Test
    void acceptsAnyNumberOfPhasesOfEachKindInOrder() {
        String phase = "  - { phase: %s, steps: [{ step: s%d, sql: SELECT 1, rollback: { nothing: x, dataLoss: none } }] }\n";
        String plan = "plan: p\ntitle: t\nengine: postgresql\nphases:\n" + phase.formatted("expand", 1)
                + phase.formatted("expand", 2) + phase.formatted("contract", 3) + phase.formatted("contract", 4);
        assertThat(reader.read(plan, YAML).document().phases()).hasSize(4);
    }

    @ParameterizedTest
    @MethodSource
    void namesMistakesOfYaml(String text, String message, int line) {
        assertThat(violations(text)).anySatisfy(it -> {
            assertThat(it.message()).contains(message);
            assertThat(it.line()).isEqualTo(line);
        });
    }

    static Stream<Arguments> namesMistakesOfYaml() {
        return Stream.of(arguments("", "the document is empty", 1),
                arguments("# nothing here", "the document is empty", 1),
                arguments("plan: a\n---\nplan: b", "a second document begins here; submit one plan at a time", 2),
                arguments("plan: a\n\ttitle: b", "a tab stands where YAML wants spaces: indent with spaces", 2),
                arguments("plan: a\nplan: b", "the key 'plan' stands twice; the first is in line 1", 2),
                arguments("plan: a: b", "put a value that contains ': ' in quotes", 1),
                arguments("plan: *nowhere", "the alias '*nowhere' has no anchor before it", 1),
                arguments("plan: &a [*a]", "the alias '*a' has no anchor before it, or lies inside of it", 1),
                arguments("plan: !!java.lang.String a", "is not understood; write a plain value", 1),
                arguments("plan: .inf", "is not a number that JSON can hold", 1),
                arguments("- a\n- b", "'the document' is a list; it takes a mapping", 1),
                arguments("just text", "'the document' is 'just text'; it takes a mapping", 1),
                arguments("plan: \"a\\0b\"", "a character that cannot be stored (U+0000)", 1),
                arguments("a: 1\n<<: { plan: a }", "merge keys (<<) are not part of YAML 1.2", 2));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                           | the document is empty | 1 | 1
            `{"plan": "a",\\n "plan": 1}`  | the key 'plan' stands twice; the first is in line 1 | 2 | 2
            `{"plan": "a",}`             | this is not JSON | 1 | 14
            `{"plan": "a"} {}`           | something follows the end of the document | 1 | 15
            `{"plan": 1e999999999}`      | is out of range | 1 | 10
            `{"plan": "a\\u0000"}`        | a character that cannot be stored (U+0000) | 1 | 10
            `{"plan": "a\\ud800"}`        | a character that cannot be stored (U+D800) | 1 | 10
            """)
    void namesMistakesOfJson(String text, String message, int line, int column) {
        assertThat(violations(text.replace("\\n", "\n"), JSON)).anySatisfy(it -> {
            assertThat(it.message()).contains(message);
            assertThat(it.line()).isEqualTo(line);
            assertThat(it.column()).isEqualTo(column);
        });
    }

    @Test
    void refusesABombOfAliases() {
        String bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + IntStream.range(0, 9)
                .mapToObj(i -> "%1$s: &%1$s [%2$s]\n".formatted((char) ('b' + i),
                        ("*" + (char) ('a' + i) + ",").repeat(10)))
                .collect(Collectors.joining());
        assertThat(violations(bomb)).anySatisfy(it -> assertThat(it.message()).contains("larger than 1 MiB"));
    }

    @Test
    void refusesNestingThatWouldBreakTheReader() {
        assertThat(violations("plan: " + "[".repeat(100_000)))
                .anySatisfy(it -> assertThat(it.message()).contains("nested deeper than 64"));
        assertThat(violations("? ".repeat(100_000)))
                .anySatisfy(it -> assertThat(it.message()).contains("nested deeper than 64"));
        assertThat(violations("{\"a\":".repeat(10_000), JSON))
                .anySatisfy(it -> assertThat(it.message()).contains("nested deeper than 64"));
    }

    @Test
    void keepsTheLimitsOfAPlan() {
        String step = "{ step: s%d, sql: SELECT 1, rollback: { nothing: x, dataLoss: none } }";
        String head = "plan: p\ntitle: t\nengine: postgresql\nphases:\n";
        String phases = head + IntStream.range(0, 51)
                .mapToObj(i -> "  - { phase: expand, steps: [" + step.formatted(i) + "] }\n")
                .collect(Collectors.joining());
        assertThat(violations(phases)).singleElement()
                .satisfies(it -> assertThat(it.message()).isEqualTo("'phases' has more than 50 entries"));
        String steps = head + IntStream.range(0, 2).mapToObj(
                p -> "  - { phase: expand, steps: ["
                        + IntStream.range(0, 251).mapToObj(i -> step.formatted(p * 300 + i))
                                .collect(Collectors.joining(",\n"))
                        + "] }\n")
                .collect(Collectors.joining());
        assertThat(violations(steps)).singleElement().satisfies(
                it -> assertThat(it.message()).isEqualTo("a plan has at most 500 steps; this is the 501st"));
        Problem problem = catchThrowableOfType(Problem.class,
                () -> reader.read("#".repeat((1 << 20) + 1), YAML));
        assertThat(problem.type()).isEqualTo(ProblemType.TOO_LARGE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            `>=2.4.0`                      | true
            `>=2.4.0 <3.0.0 || =3.0.0-rc.1` | true
            `< 2.4.0`                      | true
            `2.4.0`                        | true
            `>=`                           | false
            `~2.4`                         | false
            `>=2.4.0 ||`                   | false
            `=web:2024/11@main`            | true
            `>=latest`                     | false
            `>2.4`                         | false
            `>=2.x`                        | false
            """)
    void knowsVersionRanges(String range, boolean valid) {
        String plan = PlanDocuments.RENAME.replace("\">=2.4.0\"", "\"" + range + "\"");
        if (valid) {
            assertThat(reader.read(plan, YAML).document().phases().get(1).after().deployment()).isNotNull()
                    .extracting(Phase.Versions::version).isEqualTo(range);
        } else {
            assertThat(violations(plan)).singleElement()
                    .satisfies(it -> assertThat(it.message()).contains("is not a version range"));
        }
    }

    @Test
    void tellsWhereARangeStandsThatNoOneCanRead() {
        assertThat(violations(PlanDocuments.RENAME.replace("\">=2.4.0\"", "\">2.4\""))).singleElement()
                .satisfies(it -> {
                    assertThat(it.pointer()).isEqualTo("/phases/1/after/deployment/version");
                    assertThat(PlanDocuments.RENAME.lines().toList().get(it.line() - 1)).contains(">=2.4.0");
                    assertThat(it.column()).isGreaterThan(1);
                    assertThat(it.message()).contains("write all three numbers, like >2.4.0");
                });
    }

    @Test
    void refusesVersionRangesThatWouldKeepAPatternBusy() {
        for (String range : List.of("a ".repeat(100_000) + "!", " ".repeat(200_000))) {
            assertThat(violations(PlanDocuments.RENAME.replace(">=2.4.0", range))).singleElement()
                    .satisfies(it -> assertThat(it.message()).contains("is not a version range"));
        }
    }

    @Test
    void refusesNamesThatEndInALineBreak() {
        assertThat(violations(PlanDocuments.RENAME.replace("plan: rename-username", "plan: \"rename-username\\n\"")))
                .singleElement().satisfies(it -> assertThat(it.message()).contains("is not a name"));
    }

    @Test
    void refusesStepKindsThatTheEngineDoesNotKnow() {
        assertThat(violations(PlanDocuments.oneStep("p", "SELECT 1").replace("postgresql", "dynamodb"))).singleElement()
                .satisfies(it -> assertThat(it.message()).contains("a step of kind sql cannot run"));
    }

    @ParameterizedTest
    @MethodSource
    void findsThePlaceOfACharacterHoweverTheTextIsWritten(String sql, int line, int column) {
        String text = PlanDocuments.oneStep("p", "GONE").replace("sql: GONE", sql);
        PlanText plan = reader.read(text, YAML);
        Work.Sql work = (Work.Sql) plan.document().steps().toList().getFirst().work();
        int offset = work.scripts().getLast().indexOf("ALTR");
        assertThat(offset).isNotNegative();
        assertThat(plan.place(plan.texts("/phases/0/steps/0/sql").getLast(), offset))
                .isEqualTo(new Place(line, column));
    }

    static Stream<Arguments> findsThePlaceOfACharacterHoweverTheTextIsWritten() {
        return Stream.of(arguments("sql: ALTR TABLE a", 8, 14), arguments("sql: \"ALTR TABLE a\"", 8, 15),
                arguments("sql: \"\\u0020\\n \\tALTR TABLE a\"", 8, 26),
                arguments("sql: \"SELECT\n\n          1; ALTR TABLE\"", 10, 14),
                arguments("sql: \"SELECT \\\n          1; ALTR TABLE\"", 9, 14),
                arguments("sql: SELECT\n          1;\n          ALTR", 10, 11),
                arguments("sql: 'x '' y;\n\n\n          ALTR'", 11, 11),
                arguments("sql: |\n          SELECT 1;\n\n            ALTR TABLE a;", 11, 13),
                arguments("sql: |-\r\n          SELECT 1;\r\n          ALTR TABLE a;", 10, 11),
                arguments("sql: >\n          SELECT 1;\n\n          x  ALTR TABLE a;", 11, 14),
                arguments("sql:\n        - SELECT 1\n        - 😀 ALTR", 10, 14));
    }

    private List<Violation> violations(String text) {
        return violations(text, YAML);
    }

    @SuppressWarnings("unchecked")
    private List<Violation> violations(String text, String mediaType) {
        Problem problem = catchThrowableOfType(Problem.class, () -> reader.read(text, mediaType));
        assertThat(problem).isNotNull();
        assertThat(problem.type()).isEqualTo(ProblemType.INVALID_PLAN);
        return (List<Violation>) requireNonNull(requireNonNull(problem.getBody().getProperties()).get("violations"));
    }
}
