package dev.rubicon.web.pages;

import dev.rubicon.security.Actor;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What operators report from the rollout's page: deployments and backups. */
interface ReportDesk {

    void deployment(Actor actor, String application, String version, String environment, boolean live);

    /** @param evidence {@code stated}, {@code observed} or {@code restored} */
    void backup(Actor actor, String target, Instant takenAt, String kind, String reference, String evidence,
            @Nullable Instant restorableUntil);
}
