package dev.rubicon.rollout;

import dev.rubicon.problem.Problem;
import dev.rubicon.registry.Environment;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.Policy;
import dev.rubicon.rehearsal.Drills;
import dev.rubicon.security.Actor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Has ways back drilled when it is time: of each rollout one target at a time, the one that waits longest. */
@Component
class DrillRounds {

    static final Duration ROUND = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(DrillRounds.class);

    private final RolloutRows rows;
    private final WaysBackDrilled ways;
    private final Drills drills;
    private final Environments environments;
    private final Clock clock;

    DrillRounds(RolloutRows rows, WaysBackDrilled ways, Drills drills, Environments environments, Clock clock) {
        this.rows = rows;
        this.ways = ways;
        this.drills = drills;
        this.environments = environments;
        this.clock = clock;
    }

    /** One node goes round at a time; of it and of somebody who asks just then one is refused. */
    void goRound() {
        Map<String, Policy> policies = environments.all().stream()
                .filter(environment -> environment.policy().drilled().isPresent())
                .collect(Collectors.toMap(Environment::name, Environment::policy));
        if (policies.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        Duration until = longest(policies, Policy::drilledUntil);
        Duration every = longest(policies, Policy::betweenDrills);
        // what was asked for longer ago than that is due in any case
        Map<String, Instant> asked = drills.asked(now.minus(until.plus(every))).stream()
                .collect(Collectors.toMap(one -> one.rollout() + "/" + one.target(), Drills.Asked::at));
        Function<RolloutRows.Returnable, Instant> last = one -> last(one, asked);
        rows.returnable(now.minus(until)).stream().filter(one -> policies.containsKey(one.environment()))
                .filter(one -> due(one, last.apply(one), Objects.requireNonNull(policies.get(one.environment())), now))
                .collect(Collectors.groupingBy(RolloutRows.Returnable::rollout)).values()
                .forEach(targets -> drill(targets.stream().sorted(Comparator.comparing(last)).toList()));
    }

    private static Duration longest(Map<String, Policy> policies, Function<Policy, Duration> which) {
        return policies.values().stream().map(which).max(Comparator.naturalOrder()).orElseThrow();
    }

    /** A phase that has just run needs no drill: it was rehearsed before, and it takes a while to break. */
    private static Instant last(RolloutRows.Returnable one, Map<String, Instant> asked) {
        Instant drilled = asked.getOrDefault(one.rollout() + "/" + one.target(), Instant.EPOCH);
        return drilled.isAfter(one.lastRun()) ? drilled : one.lastRun();
    }

    private static boolean due(RolloutRows.Returnable one, Instant last, Policy policy, Instant now) {
        Instant ended = one.endedAt();
        return (ended == null || ended.plus(policy.drilledUntil()).isAfter(now))
                && policy.drilled().filter(every -> !last.plus(every).isAfter(now)).isPresent();
    }

    private void drill(List<RolloutRows.Returnable> targets) {
        RolloutRows.Returnable any = targets.getFirst();
        List<String> crossed = ways.crossed(any.rollout(), any.plan(), any.revision());
        Optional<RolloutRows.Returnable> next = targets.stream().filter(one -> !crossed.contains(one.target()))
                .findFirst();
        next.ifPresent(one -> {
            try {
                drills.ask(Actor.RUBICON,
                        new Drills.Order(one.rollout(), one.plan(), one.revision(), one.target()));
            } catch (Problem refused) {
                log.warn("The way back of rollout {} on {} is not drilled: {}", one.rollout(), one.target(),
                        refused.getMessage());
            }
        });
    }
}
