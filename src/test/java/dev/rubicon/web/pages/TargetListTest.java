package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.Target;
import dev.rubicon.verification.Drifts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TargetListTest {

    private static final Instant NOW = Instant.parse("2026-07-01T10:00:00Z");
    private static final List<Target> TARGETS = Stream.concat(targets("staging", 30), targets("production", 150))
            .toList();
    private static final List<Drifts.Drifted> DRIFTED = List
            .of(new Drifts.Drifted("production-149", "production", 2, NOW));

    private static Stream<Target> targets(String environment, int number) {
        return IntStream.range(0, number).mapToObj(i -> new Target("%s-%03d".formatted(environment, i),
                EngineKind.POSTGRESQL, environment, Map.of("region", i % 2 == 0 ? "eu" : "us"),
                "jdbc:postgresql://db:5432/shop", "shop", "stored", Map.of(), null, null, NOW, 1));
    }

    private static TargetList list(String query, boolean whole) {
        return TargetList.of(TARGETS, DRIFTED, List.of(), query, whole, NOW);
    }

    private static List<String> names(TargetList list) {
        return list.groups().stream().flatMap(group -> group.rows().stream()).map(TargetList.Row::name).toList();
    }

    @Test
    void showsThoseInTroubleAndTheFirstOfVeryMany() {
        TargetList list = list("", false);

        assertThat(list.shown()).isEqualTo(100);
        assertThat(list.matching()).isEqualTo(180);
        assertThat(names(list)).hasSize(100).isSortedAccordingTo((one, other) -> {
            int environment = other.substring(0, 4).compareTo(one.substring(0, 4));
            return environment != 0 ? environment : one.compareTo(other);
        }).startsWith("staging-000").contains("production-068").endsWith("production-149");
        assertThat(list.groups()).extracting(TargetList.Group::number).containsExactly(30, 150);
    }

    @Test
    void leavesNoneOutThatIsInTrouble() {
        List<Drifts.Drifted> drifted = TARGETS.stream().skip(40)
                .map(target -> new Drifts.Drifted(target.name(), target.environment(), 1, NOW)).toList();

        TargetList list = TargetList.of(TARGETS, drifted, List.of(), "", false, NOW);

        assertThat(names(list)).hasSize(140).doesNotContain("staging-000").contains("production-149");
    }

    @Test
    void showsAllWhereAskedForAndWhereFewMatch() {
        assertThat(names(list("", true))).hasSize(180);
        assertThat(names(list("REGION=us", false))).hasSize(90).allMatch(name -> name.matches(".*[13579]"));
        assertThat(list("region=us", false).matching()).isEqualTo(90);
        assertThat(list("nowhere", false).groups()).isEmpty();
    }
}
