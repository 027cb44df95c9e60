package dev.rubicon.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short campaign, for every build. */
class ChaosIT {

    @TempDir
    private Path folder;

    @Test
    void losesDoublesAndReordersNothingWhileThingsBreak() throws IOException {
        Campaign.Outcome outcome = Campaign.ofOptions(1, 12).run(folder);
        Files.writeString(Path.of("target", "chaos.md"), Summary.of(outcome));
        System.out.println(Summary.of(outcome));
        assertThat(outcome.wrong()).isEmpty();
        assertThat(outcome.crossings()).allSatisfy(result -> assertThat(result.wrong()).as(Summary.failure(result))
                .isEmpty());
    }
}
