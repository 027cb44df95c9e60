package dev.rubicon.web.pages;

import dev.rubicon.gate.BackupClass;
import dev.rubicon.gate.Backups;
import dev.rubicon.gate.Deployments;
import dev.rubicon.security.Actor;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reports go to the doors that pipelines use too. */
@Component
class ReportDoors implements ReportDesk {

    private final Deployments deployments;
    private final Backups backups;

    ReportDoors(Deployments deployments, Backups backups) {
        this.deployments = deployments;
        this.backups = backups;
    }

    @Override
    public void deployment(Actor actor, String application, String version, String environment, boolean live) {
        deployments.report(actor, application, version, environment,
                live ? Deployments.State.LIVE : Deployments.State.GONE);
    }

    @Override
    public void backup(Actor actor, String target, Instant takenAt, String kind, String reference, String evidence,
            @Nullable Instant restorableUntil) {
        backups.report(actor, new Backups.Statement(target, takenAt, kind, reference,
                BackupClass.valueOf(evidence.toUpperCase(Locale.ROOT)), restorableUntil));
    }
}
