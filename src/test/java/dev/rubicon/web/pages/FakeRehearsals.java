package dev.rubicon.web.pages;

import dev.rubicon.engine.StepObservation;
import dev.rubicon.engine.TriggerCost;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.rehearsal.EvidenceClass;
import dev.rubicon.rehearsal.Rehearsal;
import dev.rubicon.rehearsal.RehearsalKind;
import dev.rubicon.rehearsal.RehearsalReport;
import dev.rubicon.rehearsal.RehearsalReport.Difference;
import dev.rubicon.rehearsal.RehearsalReport.Failure;
import dev.rubicon.rehearsal.RehearsalReport.Leg;
import dev.rubicon.rehearsal.RehearsalReport.StepSeen;
import dev.rubicon.rehearsal.RehearsalReport.WayBack;
import dev.rubicon.rehearsal.RehearsalReport.Way;
import dev.rubicon.rehearsal.RehearsalState;
import dev.rubicon.rehearsal.Standing;
import dev.rubicon.security.Actor;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rehearsals of every kind that the page has to show: under way, stale, with differences, failed. */
public class FakeRehearsals {

    private static final Instant NOW = Instant.now();
    private static final String DIGEST = "sha256:9f2c";

    public List<Rehearsal> of(Actor actor, String plan, int revision) {
        RehearsalReport passed = new RehearsalReport(17,
                List.of("Not on the shadow: extension postgis (not installed)"),
                List.of(leg(Way.UP), leg(Way.DOWN), leg(Way.UP_AGAIN)),
                new WayBack(412, 12, 120_000, List.of(), List.of(), false), null, null);
        RehearsalReport differs = new RehearsalReport(17, List.of(), List.of(leg(Way.UP), leg(Way.DOWN)),
                new WayBack(412, 12, 0, List.of(new Difference("index public.users_username_lower_idx", "removed",
                        "--- before\n+++ after going back\n@@ -1 +0,0 @@\n-CREATE INDEX users_username_lower_idx ON users")),
                        List.of("public.users: the values of touched are not what they were"), false),
                null, null);
        RehearsalReport failed = new RehearsalReport(17, List.of(), List.of(leg(Way.UP)), null,
                new Failure(Way.DOWN, 0, "add-display-name", "refused", "column \"moore\" does not exist"), null);
        return List.of(
                one(4, plan, revision, RehearsalState.RUNNING, "Up: Copy the names", RehearsalReport.NOTHING, null),
                one(3, plan, revision, RehearsalState.PASSED, "", passed, new Standing(NOW.minusSeconds(90),
                        List.of("index public.orders_by_customer_and_date_of_delivery_idx is new",
                                "table public.users has changed"))),
                one(2, plan, revision, RehearsalState.DIFFERS, "", differs, null),
                one(1, plan, revision, RehearsalState.FAILED, "", failed, null));
    }

    private static Leg leg(Way way) {
        StepObservation seen = new StepObservation(14, 8_192, 16_384,
                List.of(new StepObservation.Lock("public.users", "table", LockMode.ACCESS_EXCLUSIVE, true, 3),
                        new StepObservation.Lock("public.orders", "table", LockMode.SHARE_ROW_EXCLUSIVE, false, 45)),
                List.of("public.users"),
                List.of(new StepObservation.Statement("ALTER TABLE users ADD COLUMN display_name text", 3, -1,
                        List.of(new StepObservation.Scan("public.users", 1_204)))));
        return new Leg(way, 0, "Expand", 7, "DONE", 14, "0".repeat(64), null, List.of(
                new StepSeen("add-display-name", "sql", "DONE", -1, "Done", seen,
                        new TriggerCost("users", 1_000, 7, 5.72, 4.13, null)),
                new StepSeen("index-display-name", "sql", "SKIPPED", 0, "There is nothing to undo", null, null)));
    }

    private static Rehearsal one(long id, String plan, int revision, RehearsalState state, String message,
            RehearsalReport report, @Nullable Standing standing) {
        boolean ended = state != RehearsalState.RUNNING;
        return new Rehearsal(id, plan, revision, DIGEST, DIGEST, "shop-ap-02", "production",
                EvidenceClass.SYNTHETIC_ROWS, state, message, "author", NOW.minusSeconds(600), NOW.minusSeconds(590),
                ended ? NOW.minusSeconds(580) : null, 1, null, null, "0".repeat(64), 17, report, standing,
                RehearsalKind.REHEARSAL, null);
    }
}
