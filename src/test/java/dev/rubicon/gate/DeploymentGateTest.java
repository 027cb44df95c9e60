package dev.rubicon.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.gate.DeploymentGate.Demand;
import dev.rubicon.plan.VersionRange;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeploymentGateTest {

    private static final Instant START = Instant.parse("2026-01-15T12:00:00Z");

    /** Reports are written {@code +version} for live and {@code -version} for gone, one minute apart from minute 1. */
    @ParameterizedTest
    @CsvSource(textBlock = """
            PRESENT | >=2.0.0 | ''                      |
            PRESENT | >=2.0.0 | +1.0.0                  |
            PRESENT | >=2.0.0 | +2.0.0                  | 1
            PRESENT | >=2.0.0 | +1.0.0 +2.0.0           | 2
            PRESENT | >=2.0.0 | +2.0.0 +2.0.0 +2.0.0    | 1
            PRESENT | >=2.0.0 | +2.0.0 -2.0.0           |
            PRESENT | >=2.0.0 | +2.0.0 -2.0.0 +2.0.0    | 3
            PRESENT | >=2.0.0 | +2.0.0 +2.1.0 -2.0.0    | 1
            PRESENT | >=2.0.0 | +2.0.0 -2.0.0 +2.1.0    | 3
            PRESENT | >=2.0.0 | -2.0.0                  |
            PRESENT | >=2.0.0 | +build-7                |
            PRESENT | >=2.0.0 | +build-7 +2.0.0         | 2
            ABSENT  | <2.0.0  | ''                      |
            ABSENT  | <2.0.0  | +2.0.0                  | 1
            ABSENT  | <2.0.0  | +1.0.0                  |
            ABSENT  | <2.0.0  | +1.0.0 +2.0.0           |
            ABSENT  | <2.0.0  | +1.0.0 +2.0.0 -1.0.0    | 3
            ABSENT  | <2.0.0  | +2.0.0 +1.0.0 -1.0.0    | 3
            ABSENT  | <2.0.0  | +1.0.0 -1.0.0           | 2
            ABSENT  | <2.0.0  | -1.0.0                  | 1
            ABSENT  | <2.0.0  | +2.0.0 +build-7         |
            ABSENT  | <2.0.0  | +2.0.0 +build-7 -build-7 | 3
            ABSENT  | <2.0.0  | +2.0.0 +2.0.0 -3.0.0    | 1
            """, delimiter = '|')
    void tellsSinceWhenTheGateHolds(Demand demand, String range, String reports, @Nullable Integer minute) {
        DeploymentGate gate = DeploymentGate.after(reports(reports), VersionRange.parse(range), demand);
        assertThat(gate.heldSince()).isEqualTo(minute == null ? null : START.plusSeconds(60L * minute));
        assertThat(gate.holds()).isEqualTo(minute != null);
    }

    @Test
    void keepsTheFirstTimeOfAVersionReportedTwice() {
        DeploymentGate gate = DeploymentGate.after(reports("+1.0.0 +1.0.0 +2.0.0 -2.0.0 +2.0.0"),
                VersionRange.parse(">=2.0.0"), Demand.PRESENT);
        assertThat(gate.live()).containsEntry("1.0.0", START.plusSeconds(60)).containsEntry("2.0.0",
                START.plusSeconds(300));
        assertThat(gate.in()).containsExactly("2.0.0");
    }

    /** Against the definition, said the slow way: the beginning of the longest unbroken tail in which it holds. */
    @Test
    void agreesWithItsDefinitionOnRandomHistories() {
        Random random = new Random(42);
        List<String> versions = List.of("1.0.0", "1.9.0", "2.0.0", "2.1.0", "build-7");
        for (int round = 0; round < 3000; round++) {
            List<Deployments.Report> reports = new ArrayList<>();
            for (int i = random.nextInt(12); i > 0; i--) {
                reports.add(report(reports.size() + 1, random.nextInt(3) > 0, versions.get(random.nextInt(5))));
            }
            for (Demand demand : Demand.values()) {
                VersionRange range = VersionRange.parse(demand == Demand.PRESENT ? ">=2.0.0" : "<2.0.0");
                assertThat(DeploymentGate.after(reports, range, demand).heldSince()).as("%s", reports)
                        .isEqualTo(slowly(reports, demand));
            }
        }
    }

    private static @Nullable Instant slowly(List<Deployments.Report> reports, Demand demand) {
        Instant since = null;
        for (int length = reports.size(); length > 0 && holds(reports.subList(0, length), demand); length--) {
            since = reports.get(length - 1).at();
        }
        return since;
    }

    private static boolean holds(List<Deployments.Report> reports, Demand demand) {
        Set<String> live = new HashSet<>();
        reports.forEach(report -> {
            if (report.state() == Deployments.State.LIVE) {
                live.add(report.version());
            } else {
                live.remove(report.version());
            }
        });
        Set<String> matching = new HashSet<>(
                demand == Demand.PRESENT ? Set.of("2.0.0", "2.1.0") : Set.of("1.0.0", "1.9.0", "build-7"));
        matching.retainAll(live);
        return matching.isEmpty() == (demand == Demand.ABSENT);
    }

    private static List<Deployments.Report> reports(String text) {
        List<Deployments.Report> reports = new ArrayList<>();
        Arrays.stream(text.split(" ")).filter(word -> !word.isEmpty()).forEach(
                word -> reports.add(report(reports.size() + 1, word.startsWith("+"), word.substring(1))));
        return reports;
    }

    private static Deployments.Report report(int minute, boolean live, String version) {
        return new Deployments.Report(minute, "web", version, "production",
                live ? Deployments.State.LIVE : Deployments.State.GONE, "ci", START.plusSeconds(60L * minute));
    }
}
