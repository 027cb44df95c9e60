package dev.rubicon.gate;

import static dev.rubicon.gate.GateRoom.START;
import static dev.rubicon.gate.GateRoom.person;
import static dev.rubicon.gate.GateRoom.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rubicon.gate.Backups.Demand;
import dev.rubicon.gate.Backups.Evidence;
import dev.rubicon.gate.Backups.Statement;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.security.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BackupsTest {

    private static final Actor OPERATOR = person("olga", "production", Role.OPERATOR);
    private static final Duration DAY = Duration.ofHours(24);

    private final GateRoom room = GateRoom.empty();
    private final Backups backups = room.bean(Backups.class);

    private static Statement taken(Instant at) {
        return taken("db-1", at, BackupClass.STATED, null);
    }

    private static Statement taken(String target, Instant at, BackupClass backupClass, @Nullable Instant until) {
        return new Statement(target, at, "pg_basebackup", "s3://backups/1", backupClass, until);
    }

    private Problem refusal(Actor actor, Statement statement) {
        Problem problem = catchThrowableOfType(Problem.class, () -> backups.report(actor, statement));
        assertThat(problem).isNotNull();
        assertThat(room.database.value("SELECT count(*) FROM backup")).isEqualTo("0");
        return problem;
    }

    @Test
    void keepsEvidenceWithItsAuditEntryAndTellsThatGatesMoved() {
        Evidence evidence = backups.report(token("ada", Scope.BACKUPS),
                taken("db-1", START.minusSeconds(60), BackupClass.RESTORED, START.plusSeconds(60))).evidence();
        assertThat(evidence).isEqualTo(new Evidence(evidence.id(), "db-1", START.minusSeconds(60), "pg_basebackup",
                "s3://backups/1", BackupClass.RESTORED, START.plusSeconds(60), "ada (token ci)", START));
        assertThat(backups.newest(List.of("db-1", "db-2"))).isEqualTo(Map.of("db-1", evidence));
        assertThat(room.audited).singleElement().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("backup.reported");
            assertThat(entry.subject().environment()).isEqualTo("production");
            assertThat(entry.details().get("class")).isEqualTo("restored");
        });
        assertThat(room.moved).containsExactly(new GatesMoved("production"));
    }

    @Test
    void takesReportsOnlyFromWhoMayAndHidesWhatMayNotBeSeen() {
        assertThat(refusal(person("vera", "production", Role.VIEWER), taken(START)).type())
                .isEqualTo(ProblemType.FORBIDDEN);
        Problem unseen = refusal(person("erin", "staging", Role.OPERATOR), taken(START));
        Problem unknown = refusal(OPERATOR, taken("db-9", START, BackupClass.STATED, null));
        assertThat(unseen.type()).isEqualTo(ProblemType.NOT_FOUND);
        assertThat(unknown.getMessage()).isEqualTo(unseen.getMessage().replace("db-1", "db-9"));
    }

    @Test
    void cutsAndTellsASmallClockSkewAndRefusesTheFuture() {
        assertThat(refusal(OPERATOR, taken(START.plusSeconds(61))).getMessage())
                .startsWith("takenAt is 61s ahead of this server's clock");
        assertThat(refusal(OPERATOR, taken(START.minus(Duration.ofHours(Integer.MAX_VALUE)))).getMessage())
                .startsWith("takenAt lies before 1970");
        Backups.Recorded recorded = backups.report(OPERATOR, taken(START.plusSeconds(60)));
        assertThat(recorded.evidence().takenAt()).isEqualTo(START);
        assertThat(recorded.clockSkew()).isEqualTo(Duration.ofSeconds(60));
        assertThat(room.audited).singleElement()
                .satisfies(entry -> assertThat(entry.details().get("clockSkewMillis")).isEqualTo(60_000L));
        assertThat(backups.report(OPERATOR, taken(START)).clockSkew()).isZero();
        assertThatThrownBy(() -> room.database.run("""
                INSERT INTO backup (target, taken_at, kind, reference, class, recorded_by, at)
                VALUES ('db-1', now() + interval '1 second', 'k', 'r', 'STATED', 'x', now())
                """)).as("the database refuses the future too").hasMessageContaining("check constraint");
    }

    @Test
    void refusesReferencesWithPasswordsAndEndsBeforeTheBeginning() {
        Problem secret = refusal(OPERATOR,
                new Statement("db-1", START, "restic", "sftp://me:hunter2@host/x", BackupClass.STATED, null));
        assertThat(secret.getMessage()).isEqualTo("reference carries a password; send the place without it");
        assertThat(refusal(OPERATOR, taken("db-1", START, BackupClass.STATED, START)).type())
                .isEqualTo(ProblemType.INVALID_INPUT);
        assertThat(refusal(OPERATOR, new Statement("db-1", START, " ", "r", BackupClass.STATED, null)).getMessage())
                .contains("kind takes 1 to");
    }

    private Map<String, String> lacking(Demand demand) {
        return backups.known(List.of("db-1"), room.clock.instant().minus(demand.maxAge())).lacking(List.of("db-1"),
                demand,
                room.clock.instant());
    }

    @Test
    void takesABackupUntilItsLastMomentOfAge() {
        Demand demand = new Demand(DAY, null, BackupClass.STATED);
        assertThat(lacking(demand)).containsEntry("db-1", "none reported");
        backups.report(OPERATOR, taken(START));
        room.clock.advance(DAY);
        assertThat(lacking(demand)).isEmpty();
        room.clock.advance(Duration.ofNanos(1000));
        assertThat(lacking(demand)).containsEntry("db-1", "newest is of 2026-01-15 12:00:00 UTC");
    }

    @Test
    void asksHowLongTheBackupIsKept() {
        Demand week = new Demand(DAY, Duration.ofDays(7), BackupClass.STATED);
        backups.report(OPERATOR, taken(START));
        assertThat(lacking(week)).containsEntry("db-1", "nobody said how long it is kept");
        assertThat(lacking(new Demand(DAY, null, BackupClass.STATED))).isEmpty();
        backups.report(OPERATOR,
                taken("db-1", START, BackupClass.STATED, START.plus(Duration.ofDays(7)).minusSeconds(1)));
        assertThat(lacking(week)).containsEntry("db-1", "kept only until 2026-01-22 11:59:59 UTC");
        backups.report(OPERATOR, taken("db-1", START, BackupClass.STATED, START.plus(Duration.ofDays(7))));
        assertThat(lacking(week)).isEmpty();
        room.clock.advance(Duration.ofSeconds(1));
        assertThat(lacking(week)).isNotEmpty();
    }

    @Test
    void doesNotCountABackupThatIsThrownAway() {
        backups.report(OPERATOR, taken("db-1", START, BackupClass.STATED, START.plusSeconds(60)));
        Demand demand = new Demand(DAY, null, BackupClass.STATED);
        assertThat(lacking(demand)).isEmpty();
        room.clock.advance(Duration.ofSeconds(60));
        assertThat(lacking(demand)).containsEntry("db-1", "kept only until 2026-01-15 12:01:00 UTC");
    }

    @Test
    void letsAnOlderBackupOfABetterClassCountBesideANewerOne() {
        Demand observed = new Demand(DAY, null, BackupClass.OBSERVED);
        backups.report(OPERATOR, taken(START));
        assertThat(lacking(observed)).containsEntry("db-1", "only stated");
        backups.report(OPERATOR, taken("db-1", START.minusSeconds(3600), BackupClass.RESTORED, null));
        assertThat(lacking(observed)).isEmpty();
        assertThat(backups.newest(List.of("db-1")).values()).extracting(Evidence::takenAt).containsExactly(START);
    }

    @Test
    void showsEvidenceOfVisibleTargetsAlone() {
        backups.report(OPERATOR, taken(START));
        backups.report(OPERATOR, taken("db-2", START, BackupClass.STATED, null));
        assertThat(backups.history(OPERATOR, null, Long.MAX_VALUE, 10)).extracting(Evidence::target)
                .containsExactly("db-2", "db-1");
        assertThat(backups.history(OPERATOR, "db-1", Long.MAX_VALUE, 10)).hasSize(1);
        Actor stranger = person("erin", "staging", Role.OPERATOR);
        assertThat(backups.history(stranger, null, Long.MAX_VALUE, 10)).isEmpty();
        assertThat(catchThrowableOfType(Problem.class, () -> backups.history(stranger, "db-1", Long.MAX_VALUE, 10)))
                .extracting(Problem::type).isEqualTo(ProblemType.NOT_FOUND);
    }
}
