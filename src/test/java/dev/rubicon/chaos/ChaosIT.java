package dev.rubicon.chaos;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short campaign, for every build; the long one is {@link ChaosCampaign}. */
class ChaosIT {

    @TempDir
    private Path folder;

    @Test
    void losesDoublesAndReordersNothingWhileThingsBreak() throws IOException {
        Campaign.Outcome outcome = Campaign.ofOptions(1, 16).run(folder);
        Summary.write(outcome);
        Summary.demandNothingWrong(outcome);
    }
}
