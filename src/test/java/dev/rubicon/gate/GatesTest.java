package dev.rubicon.gate;

import static dev.rubicon.gate.GateRoom.START;
import static dev.rubicon.gate.GateRoom.person;
import static dev.rubicon.gate.GateRoom.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rubicon.gate.Deployments.State;
import dev.rubicon.gate.GateRoom.PassageOf;
import dev.rubicon.gate.Gates.Decision;
import dev.rubicon.plan.Phase;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.Policy;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.security.Scope;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class GatesTest {

    private static final Actor CAROL = person("carol", "production", Role.APPROVER);
    private static final Actor DAVE = person("dave", "production", Role.APPROVER, Role.OPERATOR);
    private static final Actor OPERATOR = person("olga", "production", Role.OPERATOR);
    private static final Phase.Versions NEW = new Phase.Versions("web", ">=2.4.0", "it writes both columns");
    private static final Phase.Versions OLD = new Phase.Versions("web", "<2.4.0", "it writes the old column alone");

    private final GateRoom room = GateRoom.empty();
    private final Gates gates = room.bean(Gates.class);
    private final long rollout = room.rollout("bob");

    private PassageOf passage() {
        return new PassageOf(rollout);
    }

    private List<String> types(PassageOf passage) {
        return room.blockers(passage.passage()).stream().map(Blocker::type).toList();
    }

    private Blocker only(PassageOf passage) {
        List<Blocker> blockers = room.blockers(passage.passage());
        assertThat(blockers).hasSize(1);
        return blockers.getFirst();
    }

    private void decide(Actor actor, PassageOf passage, Decision decision, @Nullable String comment) {
        gates.decide(actor, passage.passage(), decision, comment, null, Map.of());
    }

    private static Problem refusal(ThrowingCallable call) {
        Problem problem = catchThrowableOfType(Problem.class, call);
        assertThat(problem).isNotNull();
        return problem;
    }

    private void report(String version, State state) {
        room.bean(Deployments.class).report(OPERATOR, "web", version, "production", state);
    }

    @Test
    void letsAPhaseWithoutGatesPass() {
        assertThat(room.blockers(passage().passage())).isEmpty();
    }

    @Test
    void waitsUntilEnoughPeopleApproved() {
        PassageOf passage = passage().approvals(2);
        Blocker none = only(passage);
        assertThat(none.type()).isEqualTo("approval");
        assertThat(none.message()).isEqualTo("0 of 2 approvals given");
        assertThat(none.clears()).isEqualTo("an approver in production who is not ada or bob");

        decide(CAROL, passage, Decision.APPROVE, null);
        decide(CAROL, passage, Decision.APPROVE, "again");
        Blocker one = only(passage);
        assertThat(one.message()).isEqualTo("1 of 2 approvals given, by carol");
        assertThat(one.facts()).containsEntry("needed", 2).containsEntry("given", 1)
                .containsEntry("by", List.of("carol")).containsEntry("notBy", List.of("ada", "bob"));

        decide(DAVE, passage, Decision.APPROVE, null);
        assertThat(types(passage)).isEmpty();
    }

    @Test
    void countsAnApprovalForItsPhaseItsRolloutAndItsDigestAlone() {
        decide(CAROL, passage().approvals(1), Decision.APPROVE, null);
        assertThat(types(passage().approvals(1))).isEmpty();
        assertThat(types(passage().approvals(1).phase(2))).containsExactly("approval");
        assertThat(types(passage().approvals(1).digest("sha256:b"))).containsExactly("approval");
        assertThat(types(new PassageOf(room.rollout("bob")).approvals(1))).containsExactly("approval");
    }

    @Test
    void isRejectedUntilTheSamePersonApproves() {
        PassageOf passage = passage().approvals(1);
        decide(DAVE, passage, Decision.APPROVE, null);
        decide(CAROL, passage, Decision.REJECT, "the index is missing");
        Blocker rejected = only(passage);
        assertThat(rejected.type()).isEqualTo("rejected");
        assertThat(rejected.message()).isEqualTo("carol rejected this phase: the index is missing");
        assertThat(rejected.clears()).startsWith("carol, by approving after all");

        decide(DAVE, passage, Decision.APPROVE, null);
        assertThat(types(passage)).containsExactly("rejected");
        decide(CAROL, passage, Decision.APPROVE, null);
        assertThat(types(passage)).isEmpty();
        decide(DAVE, passage, Decision.REJECT, null);
        decide(CAROL, passage, Decision.REJECT, null);
        assertThat(types(passage)).containsExactly("approval", "rejected", "rejected");
    }

    @Test
    void refusesApprovalByTheSubmitterAndByTheOpener() {
        Actor ada = person("ada", "production", Role.APPROVER, Role.AUTHOR);
        Actor bob = person("bob", "production", Role.APPROVER);
        Problem submitter = refusal(() -> decide(ada, passage(), Decision.APPROVE, null));
        assertThat(submitter.type()).isEqualTo(ProblemType.SELF_APPROVAL);
        assertThat(submitter.getMessage()).contains("ada submitted revision 1 of rename-username");
        Problem opener = refusal(() -> decide(bob, passage(), Decision.APPROVE, null));
        assertThat(opener.type()).isEqualTo(ProblemType.SELF_APPROVAL);
        assertThat(opener.getMessage()).contains("bob opened rollout " + rollout);
        PassageOf both = new PassageOf(room.rollout("ada")).openedBy("ada");
        assertThat(refusal(() -> decide(ada, both, Decision.APPROVE, null)).getMessage()).contains("submitted",
                " and opened");
        assertThat(room.decisions(rollout)).isEmpty();
        assertThat(room.audited).isEmpty();
    }

    @Test
    void letsTheSubmitterReject() {
        decide(person("ada", "production", Role.APPROVER), passage(), Decision.REJECT, "I found a mistake");
        assertThat(types(passage())).containsExactly("rejected");
    }

    @Test
    void keepsFourEyesInTheDatabaseToo() {
        String approval = """
                INSERT INTO approval (rollout, phase, decision, by, submitted_by, opened_by, digest, crossing, evidence, at)
                VALUES (%d, 0, '%s', '%s', '%s', '%s', 'd', false, '{}', now())
                """;
        assertThatThrownBy(() -> room.database.run(approval.formatted(rollout, "APPROVE", "ada", "ada", "bob")))
                .hasMessageContaining("four_eyes");
        assertThatThrownBy(() -> room.database.run(approval.formatted(rollout, "APPROVE", "bob", "ada", "bob")))
                .hasMessageContaining("four_eyes");
        assertThatThrownBy(() -> room.database.run(approval.formatted(rollout, "APPROVE", "ada", "eve", "bob")))
                .as("a lie about who submitted").hasMessageContaining("foreign key");
        room.database.run(approval.formatted(rollout, "REJECT", "ada", "ada", "bob"),
                approval.formatted(rollout, "APPROVE", "carol", "ada", "bob"));
    }

    @Test
    void refusesDecisionsOfTokensAndOfWhoMayNotApproveThere() {
        Actor token = new Actor("carol", "ci", CAROL.grants(), Set.of(Scope.values()));
        Problem refused = refusal(() -> decide(token, passage(), Decision.APPROVE, null));
        assertThat(refused.type()).isEqualTo(ProblemType.FORBIDDEN);
        assertThat(refused.getMessage()).contains("never a token");
        Actor elsewhere = person("erin", "staging", Role.APPROVER);
        assertThat(refusal(() -> decide(elsewhere, passage(), Decision.APPROVE, null)).type())
                .isEqualTo(ProblemType.FORBIDDEN);
        assertThat(refusal(() -> decide(OPERATOR, passage(), Decision.REJECT, null)).type())
                .isEqualTo(ProblemType.FORBIDDEN);
    }

    @Test
    void crossesTheRiverOnlyByTypingThePlansName() {
        PassageOf river = passage().approvals(1).overTheRiver().backup(Duration.ofHours(24), null);
        backups("db-1", "db-2");
        assertThat(only(river).clears()).contains("typing the plan's name rename-username");
        for (String typed : new String[]{null, "", "rename-usernam", "Rename-Username"}) {
            Problem refused = refusal(
                    () -> gates.decide(CAROL, river.passage(), Decision.APPROVE, null, typed, Map.of()));
            assertThat(refused.type()).isEqualTo(ProblemType.POINT_OF_NO_RETURN);
            assertThat(refused.getMessage()).contains("type the plan's name, rename-username, as 'crossing'");
        }
        assertThat(gates.decide(CAROL, river.passage(), Decision.APPROVE, null, "rename-username", Map.of())
                .orElseThrow().crossing()).isTrue();
        assertThat(types(river)).isEmpty();
        gates.decide(CAROL, river.passage(), Decision.REJECT, null, null, Map.of());
        assertThat(types(river)).containsExactly("approval", "rejected");
    }

    @Test
    void doesNotCountAPlainApprovalOverTheRiver() {
        decide(CAROL, passage().approvals(1), Decision.APPROVE, null);
        backups("db-1", "db-2");
        assertThat(types(passage().approvals(1).overTheRiver())).containsExactly("approval");
    }

    @Test
    void keepsTheEvidenceThatWasShown() {
        Map<String, Object> evidence = Map.of("rehearsal", 17, "class", "empty schema", "findings", List.of("a"));
        Gates.Approval given = gates.decide(CAROL, passage().passage(), Decision.APPROVE, "read it", null, evidence)
                .orElseThrow();
        assertThat(room.decisions(rollout)).containsExactly(given);
        assertThat(gates.decide(CAROL, passage().passage(), Decision.APPROVE, "read it", null, evidence))
                .as("the same again").isEmpty();
        assertThat(given.evidence()).isEqualTo(evidence);
        assertThat(given.digest()).isEqualTo(GateRoom.DIGEST);
        assertThat(given.at()).isEqualTo(START);
        assertThat(room.audited).singleElement().satisfies(entry -> {
            assertThat(entry.action()).isEqualTo("phase.approved");
            assertThat(entry.subject().id()).isEqualTo(Long.toString(rollout));
            assertThat(entry.details().get("evidence")).isEqualTo(evidence);
        });
        assertThat(room.moved).containsExactly(new GatesMoved("production"));
    }

    @Test
    void waitsForTheDeploymentAndForTheOldOneToGo() {
        PassageOf passage = passage().after(NEW, OLD, null);
        List<Blocker> blockers = room.blockers(passage.passage());
        assertThat(blockers).extracting(Blocker::type).containsExactly("deployment", "absent");
        assertThat(blockers.getFirst().message()).isEqualTo(
                "web >=2.4.0 must be live in production, because it writes both columns; live is nothing");
        assertThat(blockers.getLast().message()).contains("nothing was ever reported", "because it writes the old");

        report("2.3.0", State.LIVE);
        assertThat(types(passage)).containsExactly("deployment", "absent");
        report("2.4.0", State.LIVE);
        Blocker absent = only(passage);
        assertThat(absent.message()).isEqualTo("No web <2.4.0 may be live in production, because it writes the old "
                + "column alone; 2.3.0 still is");
        assertThat(absent.clears()).isEqualTo("the pipeline that deploys web, by reporting 2.3.0 gone");
        assertThat(absent.facts()).containsEntry("inRange", List.of("2.3.0"));
        report("2.3.0", State.GONE);
        assertThat(types(passage)).isEmpty();
    }

    @Test
    void saysWhichVersionsCannotBeCompared() {
        report("main-77", State.LIVE);
        PassageOf passage = passage().after(NEW, OLD, null);
        List<Blocker> blockers = room.blockers(passage.passage());
        assertThat(blockers).extracting(Blocker::type).containsExactly("deployment", "absent");
        assertThat(blockers).allSatisfy(
                blocker -> assertThat(blocker.message()).startsWith("Cannot compare web main-77"));
        report("2.3.0", State.LIVE);
        assertThat(room.blockers(passage.passage())).extracting(Blocker::message)
                .anyMatch(message -> message.endsWith("2.3.0 still is"))
                .filteredOn(message -> message.startsWith("Cannot compare")).hasSize(2);
        report("2.4.0", State.LIVE);
        assertThat(types(passage)).containsExactly("absent", "absent");
    }

    @Test
    void holdsAPhaseWhoseRangeNobodyCanRead() {
        Blocker blocker = only(passage().after(new Phase.Versions("web", "^2", null), null, null));
        assertThat(blocker.type()).isEqualTo("deployment");
        assertThat(blocker.message()).contains("'^2' cannot be read", "no operator '^'");
        assertThat(blocker.clears()).contains("author");
    }

    @Test
    void soaksFromTheEndOfThePreviousPhase() {
        PassageOf passage = passage().after(null, null, Duration.ofHours(72)).previousDone(null);
        assertThat(only(passage).at()).isNull();
        assertThat(only(passage).message()).contains("72h", "the previous phase is done");
        passage.previousDone(START);
        assertThat(only(passage).at()).isEqualTo(START.plus(Duration.ofHours(72)));
        room.clock.advance(Duration.ofHours(72).minusNanos(1000));
        assertThat(types(passage)).containsExactly("soak");
        room.clock.advance(Duration.ofNanos(1000));
        assertThat(types(passage)).isEmpty();
    }

    @Test
    void soaksFromTheDeploymentWhenThatIsLaterAndAgainWhenItFallsBack() {
        PassageOf passage = passage().after(NEW, OLD, Duration.ofHours(2));
        report("2.4.0", State.LIVE);
        assertThat(only(passage).at()).isEqualTo(START.plus(Duration.ofHours(2)));

        room.clock.advance(Duration.ofHours(1));
        report("2.3.9", State.LIVE);
        List<Blocker> fallenBack = room.blockers(passage.passage());
        assertThat(fallenBack).extracting(Blocker::type).containsExactly("absent", "soak");
        assertThat(fallenBack.getLast().at()).isNull();
        assertThat(fallenBack.getLast().message()).contains("the right application versions are live");

        room.clock.advance(Duration.ofHours(3));
        report("2.3.9", State.GONE);
        Instant again = START.plus(Duration.ofHours(4));
        assertThat(only(passage).at()).isEqualTo(again.plus(Duration.ofHours(2)));
        room.clock.advance(Duration.ofHours(1));
        report("2.4.0", State.LIVE);
        assertThat(only(passage).at()).as("a repeated report moves nothing")
                .isEqualTo(again.plus(Duration.ofHours(2)));
        room.clock.advance(Duration.ofHours(1));
        assertThat(types(passage)).isEmpty();
    }

    @Test
    void soaksFromThePreviousPhaseWhenTheDeploymentCameBefore() {
        report("2.4.0", State.LIVE);
        room.clock.advance(Duration.ofHours(5));
        PassageOf passage = passage().after(NEW, null, Duration.ofHours(2))
                .previousDone(START.plus(Duration.ofHours(4)));
        assertThat(only(passage).at()).isEqualTo(START.plus(Duration.ofHours(6)));
        assertThat(only(passage).message()).isEqualTo("The soak of 2h began at 2026-01-15 16:00:00 UTC");
    }

    private void backups(String... targets) {
        for (String target : targets) {
            room.bean(Backups.class).report(OPERATOR, new Backups.Statement(target, room.clock.instant(),
                    "pg_basebackup", "s3://backups/" + target, BackupClass.STATED, null));
        }
    }

    @Test
    void namesTheTargetsThatLackABackup() {
        PassageOf passage = passage().backup(Duration.ofHours(24), null);
        assertThat(only(passage).message()).isEqualTo("2 of 2 targets lack evidence of a backup not older than 24h: "
                + "db-1 (none reported), db-2 (none reported)");
        backups("db-1");
        room.clock.advance(Duration.ofHours(24));
        backups("db-2");
        assertThat(types(passage)).isEmpty();
        room.clock.advance(Duration.ofSeconds(1));
        Blocker old = only(passage);
        assertThat(old.message()).contains("1 of 2", "db-1 (newest is of 2026-01-15 12:00:00 UTC)");
        assertThat(old.facts()).containsEntry("targets", List.of("db-1"));
    }

    @Test
    void asksForABackupOverTheRiverEvenIfThePlanDoesNot() {
        assertThat(types(passage().overTheRiver())).containsExactly("backup");
        backups("db-1", "db-2");
        assertThat(types(passage().overTheRiver())).isEmpty();
    }

    @Test
    void asksForTheClassOfBackupThatThePassageDemands() {
        backups("db-1", "db-2");
        PassageOf passage = passage().backup(Duration.ofHours(24), null).backupClass(BackupClass.RESTORED);
        assertThat(only(passage).message()).contains("at least restored", "db-1 (only stated)");
    }

    @Test
    void waitsForTheGoOfTheNamedPersonOrOfAnyOperator() {
        PassageOf passage = passage().manual(new Phase.Manual("cutover", "carol", "she watches the queue"),
                new Phase.Manual("night-shift", null, null));
        List<Blocker> blockers = room.blockers(passage.passage());
        assertThat(blockers).extracting(Blocker::type).containsExactly("manual", "manual");
        assertThat(blockers).extracting(Blocker::clears).containsExactly("carol", "any operator in production");
        assertThat(blockers.getFirst().message())
                .isEqualTo("The go 'cutover' is not given, because she watches the queue");

        assertThat(refusal(() -> gates.go(OPERATOR, passage.passage(), "cutover", null)).getMessage())
                .isEqualTo("The go 'cutover' is carol's to give, not olga's");
        assertThat(refusal(() -> gates.go(CAROL, passage.passage(), "night-shift", null)).type())
                .isEqualTo(ProblemType.FORBIDDEN);
        assertThat(refusal(() -> gates.go(OPERATOR, passage.passage(), "nothing", null)).type())
                .isEqualTo(ProblemType.NOT_FOUND);
        Actor token = new Actor("olga", "ci", OPERATOR.grants(), Set.of(Scope.values()));
        assertThat(refusal(() -> gates.go(token, passage.passage(), "night-shift", null)).getMessage())
                .contains("never a token");

        gates.go(CAROL, passage.passage(), "cutover", "all quiet");
        gates.go(OPERATOR, passage.passage(), "night-shift", null);
        assertThat(types(passage)).isEmpty();
        assertThat(types(passage.phase(2))).as("a go counts for its phase").hasSize(2);
    }

    @Test
    void keepsTheFirstGoWhenItIsGivenTwice() {
        PassageOf passage = passage().manual(new Phase.Manual("cutover", null, null));
        gates.go(OPERATOR, passage.passage(), "cutover", "first");
        gates.go(DAVE, passage.passage(), "cutover", "second");
        assertThat(gates.goes(rollout)).singleElement().extracting(Gates.ManualGo::by, Gates.ManualGo::comment)
                .containsExactly("olga", "first");
        assertThat(room.audited).hasSize(1);
    }

    @Test
    void waitsForTheWindowAndForTheEndOfAFreeze() {
        PassageOf passage = passage().windows(new Policy.Window(Set.of(DayOfWeek.FRIDAY), LocalTime.of(22, 0),
                LocalTime.of(4, 0), ZoneId.of("Europe/Zurich")));
        Blocker window = only(passage);
        assertThat(window.type()).isEqualTo("window");
        assertThat(window.at()).isEqualTo("2026-01-16T21:00:00Z");
        room.clock.set(Instant.parse("2026-01-16T23:30:00Z"));
        assertThat(types(passage)).isEmpty();
        room.bean(FreezeWindows.class).set(OPERATOR, new FreezeWindows.Freeze("production", Map.of("region", "us"),
                null, room.clock.instant().plus(Duration.ofHours(1)), "end of the quarter"));
        Blocker freeze = only(passage);
        assertThat(freeze.type()).isEqualTo("freeze");
        assertThat(freeze.message())
                .isEqualTo("Nothing starts on db-2 until 2026-01-17 00:30:00 UTC: end of the quarter");
        assertThat(freeze.at()).isEqualTo("2026-01-17T00:30:00Z");
        room.clock.advance(Duration.ofHours(1));
        assertThat(types(passage)).isEmpty();
    }

    @Test
    void tellsWhatIsLiveInARange() {
        for (String version : List.of("2.3.0", "2.4.0", "2.5.0", "main-77")) {
            report(version, State.LIVE);
        }
        report("2.5.0", State.GONE);
        room.bean(Deployments.class).report(token("ci", Scope.DEPLOYMENTS), "web", "2.9.0", "staging", State.LIVE);
        assertThat(gates.liveIn("production", NEW)).containsExactly("web 2.4.0",
                "web main-77 (cannot be compared with >=2.4.0)");
        assertThat(gates.liveIn("production", new Phase.Versions("api", ">=2.4.0", null))).isEmpty();
    }
}
