package dev.rubicon.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchmarkReportTest {

    @TempDir
    private Path folder;

    private static final class Ant {}

    private static final class Bee {}

    @Test
    void replacesOnlyTheSectionThatWasMeasuredAgain() throws IOException {
        report().replace(Bee.class, "Honey", "old honey");
        report().replace(Ant.class, "Hills", "| a |\n|---|\n| 1 |");
        report().replace(Ant.class, "Trails", "trails");

        report().replace(Bee.class, "Honey", "new honey");

        assertThat(Files.readString(page())).containsOnlyOnce("# Benchmarks\n").doesNotContain("old honey")
                .containsSubsequence("## Hills", "Measured by `Ant` on ", "\n| 1 |\n", "## Trails", "\ntrails\n",
                        "## Honey", "Measured by `Bee` on ", "\nnew honey\n");
    }

    @Test
    void isTheSameTextWhateverOrderTheBenchmarksRanIn() throws IOException {
        report().replace(Ant.class, "Hills", "hills");
        report().replace(Bee.class, "Honey", "honey");
        String page = Files.readString(page());

        Files.delete(page());
        report().replace(Bee.class, "Honey", "honey");
        report().replace(Ant.class, "Hills", "hills");

        assertThat(page()).hasContent(page);
    }

    private BenchmarkReport report() {
        return new BenchmarkReport(page());
    }

    private Path page() {
        return folder.resolve("benchmarks.md");
    }
}
