package dev.rubicon.chaos;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The long campaign, {@code mvn -Pchaos verify}: another seed each time, kept with what came of it in the docs. */
class ChaosCampaign {

    private static final int SEEDS = 1_000_000;

    @TempDir
    private Path folder;

    @Test
    void losesDoublesAndReordersNothingWhileThingsBreak() throws IOException {
        Campaign.Outcome outcome = Campaign.ofOptions(System.currentTimeMillis() / 1000 % SEEDS * 1000, 300)
                .run(folder);
        Summary.write(outcome);
        Summary.append(outcome, Path.of("src", "docs", "chaos.md"));
        Summary.demandNothingWrong(outcome);
    }
}
