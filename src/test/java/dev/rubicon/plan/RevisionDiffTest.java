package dev.rubicon.plan;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RevisionDiffTest {

    private final PlanReader reader = new PlanReader(new PlanSchema());

    @Test
    void tellsForEachStepWhatChanged() {
        RevisionDiff diff = diff(PlanDocuments.RENAME, PlanDocuments.RENAME
                .replace("ADD COLUMN display_name text", "ADD COLUMN display_name varchar")
                .replace("window: until the backfill runs", "window: for a day").replace("expect: 0", "expect: 1"));
        assertThat(diff.steps()).extracting(RevisionDiff.StepChange::step).containsExactly("add-display-name",
                "copy-username");
        RevisionDiff.StepChange add = diff.steps().getFirst();
        assertThat(add.kind()).isEqualTo(RevisionDiff.Kind.CHANGED);
        assertThat(add.forward()).isEqualTo(new RevisionDiff.Change("ALTER TABLE users ADD COLUMN display_name text;",
                "ALTER TABLE users ADD COLUMN display_name varchar;"));
        assertThat(requireNonNull(add.rollback()).to()).endsWith("window: for a day");
        assertThat(add.checks()).isNull();
        assertThat(diff.steps().getLast().forward()).isNull();
        assertThat(requireNonNull(diff.steps().getLast().checks()).to()).contains("gives 1");
    }

    @Test
    void tellsAddedRemovedAndMovedSteps() {
        String two = """
                plan: p
                title: t
                engine: postgresql
                phases: [{ phase: expand, steps: [
                  { step: %s, sql: SELECT 1, rollback: { nothing: x, dataLoss: none } },
                  { step: %s, sql: SELECT 1, rollback: { nothing: x, dataLoss: none } }] }]
                """;
        assertThat(diff(two.formatted("a", "b"), two.formatted("b", "c")).steps())
                .extracting(each -> each.kind().word() + " " + each.step()).containsExactly("added c", "removed a");
        assertThat(diff(two.formatted("a", "b"), two.formatted("b", "a")).steps())
                .extracting(each -> each.kind().word() + " " + each.step()).containsExactly("moved b", "moved a");
    }

    @Test
    void tellsTheStepsThatADualWriteBrings() {
        RevisionDiff diff = diff(PlanDocuments.RENAME, PlanDocuments.RENAME.replace("where: display_name IS NULL",
                "where: display_name IS NULL\n          dualWrite: { from: username, to: display_name }"));
        assertThat(diff.steps()).extracting(each -> each.kind().word() + " " + each.step()).containsExactly(
                "added copy-username-dual-write", "changed copy-username", "added copy-username-dual-write-end");
        assertThat(requireNonNull(diff.steps().getFirst().forward()).to()).contains("CREATE TRIGGER");
    }

    @Test
    void tellsChangedGates() {
        RevisionDiff diff = diff(PlanDocuments.RENAME, PlanDocuments.RENAME.replace("soak: 72h", "soak: 7d"));
        assertThat(diff.steps()).isEmpty();
        assertThat(diff.phases()).singleElement().satisfies(phase -> {
            assertThat(phase.phase()).isEqualTo(2);
            assertThat(phase.gates().from()).contains("soak: 72h");
            assertThat(phase.gates().to()).contains("soak: 7d");
        });
    }

    @Test
    void writesTheDifferenceOfTheTextsInTheUnifiedFormat() {
        String from = IntStream.range(1, 21).mapToObj(Integer::toString).collect(Collectors.joining("\n"));
        String to = from.replace("\n5\n", "\nfive\n").replace("\n20", "\n20\n21");
        assertThat(UnifiedDiff.of(from, to, "old", "new")).isEqualTo("""
                --- old
                +++ new
                @@ -2,7 +2,7 @@
                 2
                 3
                 4
                -5
                +five
                 6
                 7
                 8
                @@ -18,3 +18,4 @@
                 18
                 19
                 20
                +21
                """);
        assertThat(UnifiedDiff.of(from, from, "old", "new")).isEmpty();
        assertThat(UnifiedDiff.of("", "a\nb", "old", "new")).isEqualTo("--- old\n+++ new\n@@ -0,0 +1,2 @@\n+a\n+b\n");
    }

    @Test
    void comparesTextsTooLongForATableAsReplacedWhole() {
        String from = IntStream.range(0, 3000).mapToObj(i -> "a" + i).collect(Collectors.joining("\n"));
        String diff = UnifiedDiff.of("head\n" + from, "head\n" + from.replace('a', 'b'), "old", "new");
        assertThat(diff.lines().filter(line -> line.startsWith("-a")).count()).isEqualTo(3000);
        assertThat(diff).contains("\n head\n");
    }

    private RevisionDiff diff(String from, String to) {
        return RevisionDiff.between(revision(1, from), revision(2, to));
    }

    private PlanRevision revision(int number, String source) {
        PlanText text = reader.read(source, "application/yaml");
        return new PlanRevision(text.document().plan(), number, text.digest(), text.document(), source,
                "application/yaml", "ann", Instant.EPOCH, Map.of(), null);
    }
}
