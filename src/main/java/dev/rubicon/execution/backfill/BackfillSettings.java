package dev.rubicon.execution.backfill;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What backfills are to keep to on all targets.
 *
 * @param batch how long a batch should last: rows that it changes stay locked so long
 * @param timeout after which a batch is given up and its rows are tried in smaller ones
 * @param lanes the most batches that one backfill may run at once
 * @param quarantine the most rows that a backfill may set aside before it fails at once
 */
@ConfigurationProperties("rubicon.backfill")
public record BackfillSettings(@DefaultValue("50ms") Duration batch, @DefaultValue("5s") Duration timeout,
        @DefaultValue("8") int lanes, @DefaultValue("100") int quarantine) {

    public static BackfillSettings defaults() {
        return new BackfillSettings(Duration.ofMillis(50), Duration.ofSeconds(5), 8, 100);
    }
}
