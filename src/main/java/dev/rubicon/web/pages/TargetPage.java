package dev.rubicon.web.pages;

import dev.rubicon.plan.Durations;
import dev.rubicon.registry.BackfillLimit;
import dev.rubicon.registry.BackfillLimits;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.Policy;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.TargetCheck;
import dev.rubicon.registry.TargetIdentity;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One database, and what was done to it. */
record TargetPage(String name, String engine, String environment, List<String> labels, String url, String username,
        String passwordSource, Map<String, String> settings, @Nullable Identity identity, Health health,
        List<Item> items, boolean mayCheck, Moment registeredAt, List<Touch> touches,
        Guardrails guardrails, List<Limit> limits, boolean mayLimit, long version) {

    /**
     * A limit of backfills.
     *
     * @param own whether it is set here, and not the default
     * @param form how it is written
     */
    record Limit(String key, String title, String value, boolean own, String usual, String sentence, String form) {

        static List<Limit> of(Target target) {
            BackfillLimits limits = BackfillLimits.of(target.settings());
            return target.engine() != EngineKind.POSTGRESQL
                    ? List.of()
                    : Arrays.stream(BackfillLimit.values()).map(limit -> new Limit(limit.key(), limit.title(),
                            limits.text(limit), limits.isSet(limit), limit.usual(), limit.sentence(),
                            limit.kind().words())).toList();
        }
    }

    /** What the environment allows a step that needs locks here. */
    record Guardrails(String stallBudget, String patience) {

        static Guardrails of(Policy policy) {
            return new Guardrails(Durations.format(policy.stallBudget()), Durations.format(policy.patience()));
        }
    }

    record Identity(String server, String database, String systemIdentifier) {}

    /** How the newest check ended. */
    record Health(Sign sign, String version, @Nullable Moment at) {

        static Health of(Target target, Instant now) {
            TargetCheck check = target.lastCheck();
            if (check == null) {
                return new Health(new Sign("dot", "soft", "never checked"), "", null);
            }
            boolean limited = check.items().stream().anyMatch(item -> item.state() == TargetCheck.State.LIMITED);
            Sign sign = !check.ok()
                    ? new Sign("cross", "bad", "not ready")
                    : limited ? new Sign("warn", "hold", "ready, limited") : new Sign("check", "good", "ready");
            return new Health(sign, Objects.requireNonNullElse(check.serverVersion(), ""),
                    Moment.of(check.at(), now));
        }
    }

    record Item(Sign sign, String name, String message) {}

    /**
     * A rollout that this database was part of.
     *
     * @param by who opened it and who decided on it, on which evidence
     */
    record Touch(RolloutList.Row rollout, Sign sign, String by) {

        static Touch of(RolloutView rollout, RolloutView.TargetView here, Actor actor, Instant now) {
            Stream<String> votes = rollout.phases().stream().flatMap(phase -> phase.approvals().stream())
                    .map(vote -> RolloutPage.Vote.word(vote) + " by " + vote.by() + RolloutPage.Vote.on(vote));
            return new Touch(RolloutList.Row.of(rollout, actor, now), Sign.of(here.state()),
                    Stream.concat(Stream.of("opened by " + rollout.openedBy()), votes).distinct()
                            .collect(Collectors.joining(" · ")));
        }
    }

    static TargetPage of(Target target, List<RolloutView> rollouts, boolean desk, Actor actor, Policy policy,
            Instant now) {
        TargetIdentity identity = target.identity();
        TargetCheck check = target.lastCheck();
        return new TargetPage(target.name(), target.engine().wireName(), target.environment(), labels(target),
                target.url(), Objects.requireNonNullElse(target.username(), "none"), target.passwordSource(),
                others(target.settings()),
                identity == null
                        ? null
                        : new Identity(identity.host() + ":" + identity.port(), identity.database(),
                                identity.systemIdentifier()),
                Health.of(target, now),
                check == null
                        ? List.of()
                        : check.items().stream()
                                .map(item -> new Item(Sign.of(item.state()), item.name(), item.message())).toList(),
                desk && actor.may(Permission.CHECK_TARGET, target.environment()),
                Moment.of(target.registeredAt(), now), touches(target, rollouts, actor, now),
                Guardrails.of(policy), Limit.of(target),
                desk && actor.may(Permission.MANAGE_TARGETS, target.environment()), target.version());
    }

    private static Map<String, String> others(Map<String, String> settings) {
        Map<String, String> others = new TreeMap<>(settings);
        others.keySet().removeAll(BackfillLimits.usual().texts().keySet());
        return others;
    }

    static List<String> labels(Target target) {
        return target.labels().entrySet().stream().sorted(Map.Entry.comparingByKey())
                .map(label -> label.getKey() + "=" + label.getValue()).toList();
    }

    private static List<Touch> touches(Target target, List<RolloutView> rollouts, Actor actor, Instant now) {
        return rollouts.stream().flatMap(rollout -> rollout.targets().stream()
                .filter(one -> one.target().equals(target.name()))
                .map(one -> Touch.of(rollout, one, actor, now))).toList();
    }
}
