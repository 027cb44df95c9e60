package dev.rubicon.gate;

import static dev.rubicon.gate.GateRoom.START;
import static dev.rubicon.gate.GateRoom.person;
import static dev.rubicon.gate.GateRoom.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rubicon.audit.Subject;
import dev.rubicon.gate.Deployments.Live;
import dev.rubicon.gate.Deployments.State;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import dev.rubicon.security.Scope;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeploymentsTest {

    private static final Actor OPERATOR = person("olga", "production", Role.OPERATOR);
    private static final Actor PIPELINE = token("ada", Scope.DEPLOYMENTS);

    private final GateRoom room = GateRoom.empty();
    private final Deployments deployments = room.bean(Deployments.class);

    private Problem refusal(Actor actor, String version, String environment) {
        Problem problem = catchThrowableOfType(Problem.class,
                () -> deployments.report(actor, "web", version, environment, State.LIVE));
        assertThat(problem).isNotNull();
        assertThat(deployments.history(List.of("staging", "production"), null, Long.MAX_VALUE, 10)).isEmpty();
        assertThat(room.audited).isEmpty();
        return problem;
    }

    @Test
    void keepsAReportWithItsAuditEntryAndTellsThatGatesMoved() {
        Deployments.Report report = deployments.report(PIPELINE, "web", "2.4.0", "production", State.LIVE);
        assertThat(report).isEqualTo(new Deployments.Report(report.id(), "web", "2.4.0", "production", State.LIVE,
                "ada (token ci)", START));
        assertThat(deployments.history(List.of("production"), null, Long.MAX_VALUE, 10)).containsExactly(report);
        assertThat(room.audited).containsExactly(new GateRoom.Entry("ada (token ci)", "deployment.reported",
                new Subject("deployment", Long.toString(report.id()), "production"),
                Map.of("application", "web", "version", "2.4.0", "state", "live")));
        assertThat(room.moved).containsExactly(new GatesMoved("production"));
    }

    @Test
    void takesReportsOfOperatorsOfTheEnvironmentAndOfTokensWithTheScopeAlone() {
        deployments.report(OPERATOR, "web", "1.0.0", "production", State.LIVE);
        deployments.report(PIPELINE, "web", "1.0.0", "production", State.LIVE);
        room.audited.clear();
        room.database.run("TRUNCATE deployment_report");
        assertThat(refusal(person("vera", "production", Role.VIEWER), "1.0.0", "production").type())
                .isEqualTo(ProblemType.FORBIDDEN);
        Actor ownersRolesDoNotHelp = new Actor("olga", "ci", OPERATOR.grants(), java.util.Set.of(Scope.BACKUPS));
        assertThat(refusal(ownersRolesDoNotHelp, "1.0.0", "production").type()).isEqualTo(ProblemType.FORBIDDEN);
    }

    @Test
    void answersAnUnknownEnvironmentLikeOneThatMayNotBeSeen() {
        Problem unknown = refusal(OPERATOR, "1.0.0", "prod");
        assertThat(unknown.type()).isEqualTo(ProblemType.INVALID_INPUT);
        assertThat(unknown.getMessage())
                .isEqualTo("There is no environment 'prod' that you may see; there are production");
        Problem unseen = refusal(OPERATOR, "1.0.0", "staging");
        assertThat(unseen.getMessage()).isEqualTo(unknown.getMessage().replace("'prod'", "'staging'"));
        assertThat(refusal(PIPELINE, "1.0.0", "prod").type()).isEqualTo(ProblemType.INVALID_INPUT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2.4.0 beta", " 2.4.0", "-1", ">=2.4.0", "2,4", "a|b"})
    void refusesAVersionThatNoRangeCouldName(String version) {
        assertThat(refusal(OPERATOR, version, "production").type()).isEqualTo(ProblemType.INVALID_INPUT);
    }

    @Test
    void knowsWhatIsLiveSinceItsFirstReport() {
        deployments.report(OPERATOR, "web", "1.0.0", "production", State.LIVE);
        room.clock.advance(Duration.ofMinutes(1));
        deployments.report(OPERATOR, "web", "1.0.0", "production", State.LIVE);
        deployments.report(OPERATOR, "web", "2.0.0", "production", State.LIVE);
        deployments.report(OPERATOR, "api", "7", "production", State.LIVE);
        deployments.report(token("ci", Scope.DEPLOYMENTS), "web", "3.0.0", "staging", State.LIVE);
        Live old = new Live("web", "1.0.0", "production", START);
        Live young = new Live("web", "2.0.0", "production", START.plusSeconds(60));
        assertThat(deployments.live(List.of("production"), "web")).containsExactly(old, young);
        assertThat(deployments.live(List.of("staging", "production"), null)).extracting(Live::application)
                .containsExactly("api", "web", "web", "web");

        room.clock.advance(Duration.ofMinutes(1));
        deployments.report(OPERATOR, "web", "1.0.0", "production", State.GONE);
        deployments.report(OPERATOR, "web", "2.0.0", "production", State.GONE);
        deployments.report(OPERATOR, "web", "2.0.0", "production", State.LIVE);
        assertThat(deployments.live(List.of("production"), "web"))
                .containsExactly(new Live("web", "2.0.0", "production", START.plusSeconds(120)));
        assertThat(deployments.live(List.of(), null)).isEmpty();
    }

    @Test
    void givesTheHistoryInPartsNewestFirst() {
        for (int i = 1; i <= 5; i++) {
            deployments.report(OPERATOR, "web", i + ".0.0", "production", State.LIVE);
        }
        deployments.report(OPERATOR, "api", "1", "production", State.LIVE);
        List<Deployments.Report> first = deployments.history(List.of("production"), "web", Long.MAX_VALUE, 3);
        assertThat(first).extracting(Deployments.Report::version).containsExactly("5.0.0", "4.0.0", "3.0.0");
        assertThat(deployments.history(List.of("production"), "web", first.getLast().id(), 3))
                .extracting(Deployments.Report::version).containsExactly("2.0.0", "1.0.0");
        assertThat(deployments.history(List.of("staging"), null, Long.MAX_VALUE, 3)).isEmpty();
    }
}
