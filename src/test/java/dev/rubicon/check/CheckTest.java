package dev.rubicon.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.plan.PlanDocuments;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CheckTest {

    private static final String BROKEN = "SELECT 1;\n\tALTR TABLE users;\n";
    private static final String UNVERIFIED = PlanDocuments.RENAME.replaceFirst("\n        verify:\n(.*\n){5}", "\n");

    @TempDir
    private Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void showsAFindingAtItsLineWithACaret() throws IOException {
        Path file = write("V1__users.sql", BROKEN);
        assertThat(check(file.toString())).isEqualTo(1);
        assertThat(out()).startsWith(file + ":2:2: blocking syntax-error: ").contains("""
                  2 | \tALTR TABLE users;
                    | \t^
                """).contains("  why:  PostgreSQL's own grammar").contains("  docs: /docs/rules/syntax-error")
                .endsWith("1 file, 1 statement, judged for PostgreSQL 14 to 18: 1 blocker\n");
    }

    @Test
    void cutsAroundThePlaceInALongLine() throws IOException {
        String names = "a, ".repeat(200);
        Path file = write("long.sql", "SELECT " + names + "FROM FROM;");
        check(file.toString());
        List<String> lines = out().lines().toList();
        assertThat(lines.get(1)).hasSizeLessThan(180);
        int caret = lines.get(2).indexOf('^');
        assertThat(lines.get(1).substring(caret)).startsWith("FROM FROM;");
    }

    @Test
    void coloursOnlyForThoseWhoLookOn() throws IOException {
        Path file = write("V1__users.sql", BROKEN);
        check(file.toString());
        assertThat(out()).doesNotContain("\u001b");
        out.reset();
        new Check(stdin(""), stream(out), stream(err), true).check(List.of(file.toString()));
        assertThat(out()).contains("\u001b[31;1mblocking\u001b[0m");
    }

    @Test
    void saysThatNothingWasFound() throws IOException {
        assertThat(check(write("V1__users.sql", "SELECT 1;").toString())).isZero();
        assertThat(out()).isEqualTo("1 file, 1 statement, judged for PostgreSQL 14 to 18: nothing found\n");
    }

    @Test
    void failsFromTheSeverityOnThatIsAskedFor() throws IOException {
        String plan = write("plan.yaml", UNVERIFIED).toString();
        assertThat(check("--no-rule", "syntax-error", write("a.sql", BROKEN).toString())).isZero();
        assertThat(check("--fail-on", "never", write("b.sql", BROKEN).toString())).isZero();
        assertThat(check("--rule", "backfill-without-verification", "--fail-on=error", plan)).isZero();
        assertThat(check("--rule", "backfill-without-verification", "--fail-on=info", plan)).isEqualTo(1);
    }

    @Test
    void leavesOutWhatThePlanAcceptsWithAReason() throws IOException {
        String accepting = UNVERIFIED.replace("\nphases:",
                "accept: [{ rule: backfill-without-verification, because: counted by hand }]\nphases:");
        assertThat(check("--rule=backfill-without-verification", "--fail-on=info",
                write("plan.yaml", UNVERIFIED).toString())).isEqualTo(1);
        out.reset();
        assertThat(check("--rule=backfill-without-verification", "--fail-on=info",
                write("plan.yaml", accepting).toString())).isZero();
        assertThat(out())
                .isEqualTo("1 file, 3 statements, judged for PostgreSQL 14 to 18: nothing found, 1 accepted\n");
    }

    @Test
    void leavesOutWhatACommentAccepts() throws IOException {
        String index = "CREATE INDEX users_email ON users (email);\n";
        assertThat(check("--rule=index-not-concurrent", write("a.sql", index).toString())).isEqualTo(1);
        assertThat(check("--rule=index-not-concurrent",
                write("b.sql", "-- rubicon:accept index-not-concurrent the table is small\n" + index).toString()))
                .isZero();
        assertThat(out()).endsWith("nothing found, 1 accepted\n");
    }

    @Test
    void namesEveryPlaceWhereADocumentIsNoPlan() throws IOException {
        Path file = write("plan.yaml", PlanDocuments.RENAME.replace("phase: expand ", "phase: expnad ")
                .replace("soak: 72h", "soak: 72 parsecs"));
        assertThat(check(file.toString())).isEqualTo(1);
        assertThat(out()).contains(file + ":8:12: blocking invalid-plan: ").endsWith(": 2 blockers\n");
    }

    @Test
    void judgesTheFilesOfAFolderInTheirRunningOrder() throws IOException {
        write("V10__broken.sql", BROKEN);
        write("V2__broken.sql", BROKEN);
        write("more/V11__broken.sql", BROKEN);
        write("notes.yaml", "hello: world");
        write("readme.md", BROKEN);
        write(".hidden/V3__broken.sql", BROKEN);
        write("node_modules/V4__broken.sql", BROKEN);
        assertThat(check(folder.toString())).isEqualTo(1);
        List<String> names = out().lines().filter(line -> line.contains("blocking")).map(line -> Path
                .of(line.substring(0, line.indexOf(':'))).getFileName().toString()).toList();
        assertThat(names).containsExactly("V2__broken.sql", "V10__broken.sql", "V11__broken.sql");
    }

    @Test
    void judgesBothWaysOfAFile() throws IOException {
        write("1.sql", "-- migrate:up\nSELECT 1;\n-- migrate:down\nDROP TABEL a;\n");
        check("--format=json", folder.toString());
        JsonNode finding = JsonMapper.shared().readTree(out()).at("/findings/0");
        assertThat(finding.path("line").asInt()).isEqualTo(4);
        assertThat(finding.path("direction").asString()).isEqualTo("rollback");
    }

    @Test
    void readsTheStandardInputAsWhatItIs() {
        assertThat(run("DROP TABEL a;", "-")).isEqualTo(1);
        assertThat(out()).startsWith("<stdin>:1:6: blocking syntax-error");
        out.reset();
        assertThat(run(PlanDocuments.RENAME, "-", "--rule=syntax-error")).isZero();
        assertThat(out()).contains("3 statements");
    }

    @Test
    void tellsProgramsTheSameAsTheApi() throws IOException {
        String file = write("V1__users.sql", BROKEN).toString();
        check("--format", "json", "--server-version", "15", file);
        JsonNode report = JsonMapper.shared().readTree(out());
        assertThat(report.path("serverVersion").asInt()).isEqualTo(15);
        JsonNode finding = report.at("/findings/0");
        assertThat(finding.path("file").asString()).isEqualTo(file);
        assertThat(finding.path("severity").asString()).isEqualTo("blocking");
        assertThat(finding.path("docs").asString()).isEqualTo("/docs/rules/syntax-error");
        assertThat(finding.path("accepted").isNull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"9", "13", "19", "99"})
    void judgesForAnyServerThatIsAskedFor(String version) throws IOException {
        assertThat(check("--server-version", version, write("a.sql", "SELECT 1;").toString())).isZero();
        assertThat(out()).endsWith("judged for PostgreSQL " + version + ": nothing found\n");
    }

    @Test
    void judgesForTheOldestServerWhereNobodySaysWhich() throws IOException {
        String newest = write("a.sql", "ALTER TABLE t ADD CONSTRAINT a_set NOT NULL a NOT VALID;").toString();
        check("--format", "json", "--rule=server-capability", newest);
        JsonNode report = JsonMapper.shared().readTree(out());
        assertThat(report.path("serverVersion").asInt()).isEqualTo(14);
        assertThat(report.at("/findings/0/severity").asString()).isEqualTo("info");
        out.reset();
        check("--format", "json", "--rule=server-capability", "--server-version=13", newest);
        assertThat(JsonMapper.shared().readTree(out()).at("/findings/0/severity").asString()).isEqualTo("blocking");
    }

    @Test
    void tellsCodeHostsWhereFindingsAre() throws IOException {
        write("V1 ü.sql", BROKEN);
        check("--format", "sarif", folder.toString());
        JsonNode run = JsonMapper.shared().readTree(out()).at("/runs/0");
        assertThat(run.at("/results/0/locations/0/physicalLocation/artifactLocation/uri").asString())
                .endsWith("/V1%20%C3%BC.sql");
        assertThat(run.at("/tool/driver/rules").size()).isGreaterThan(10);
    }

    @Test
    void reportsWhatCannotBeReadAndJudgesTheRest() throws IOException {
        assertThat(check(write("a.sql", BROKEN).toString(), folder.resolve("missing.sql").toString())).isEqualTo(2);
        assertThat(out()).contains("1 blocker");
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("There is no file " + folder.resolve("missing.sql"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--formt json a.sql", "--format xml a.sql", "--fail-on fatal a.sql", "a.sql --format",
            "--server-version 8 a.sql", "--server-version 100 a.sql", "--server-version x a.sql",
            "--rule no-such-rule a.sql"})
    void refusesWordsThatItDoesNotKnow(String line) {
        assertThat(check(line.isEmpty() ? new String[0] : line.split(" ", -1))).isEqualTo(2);
        assertThat(out()).isEmpty();
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("rubicon check: ").contains("--help");
    }

    @Test
    void explainsItself() {
        assertThat(check("--help")).isZero();
        assertThat(out()).startsWith("Usage: ").contains("--server-version N").contains("14 to 18");
        assertThat(check("--version")).isZero();
        assertThat(out()).contains("rubicon ");
    }

    @Test
    void exercisesAllThatItDoes() throws IOException {
        List<Path> before = temporary();
        Exercise.main(new String[0]);
        assertThat(temporary()).isEqualTo(before);
    }

    private static List<Path> temporary() throws IOException {
        List<Path> found = new ArrayList<>();
        try (var folders = Files.newDirectoryStream(Path.of(System.getProperty("java.io.tmpdir")), "rubicon[0-9]*")) {
            folders.forEach(found::add);
        }
        return found;
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private int check(String... words) {
        return run("", words);
    }

    private int run(String input, String... words) {
        return new Check(stdin(input), stream(out), stream(err), false).check(List.of(words));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static ByteArrayInputStream stdin(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private static PrintStream stream(ByteArrayOutputStream to) {
        return new PrintStream(to, true, StandardCharsets.UTF_8);
    }
}
