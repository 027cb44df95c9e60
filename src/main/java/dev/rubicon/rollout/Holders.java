package dev.rubicon.rollout;

import dev.rubicon.audit.AuditTrail;
import dev.rubicon.audit.Subject;
import dev.rubicon.engine.Engines;
import dev.rubicon.engine.Holder;
import dev.rubicon.engine.HolderAction;
import dev.rubicon.engine.HolderAnswer;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.execution.Turn;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.Aside;
import dev.rubicon.registry.Environments;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.registry.Targets;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Clears sessions that hold a lock which a run waits for, where the environment allows it to its operators. That it was
 * asked for is on record before the signal is sent, so that no session of an application ends without a trace of who
 * wanted it; what was observed follows in a record of its own.
 */
@Component
public class Holders {

    private final Rollouts rollouts;
    private final RolloutEvents events;
    private final Environments environments;
    private final Targets targets;
    private final Engines engines;
    private final Turn turn;
    private final AuditTrail audit;
    private final Aside aside;
    private final TransactionTemplate transactions;

    Holders(Rollouts rollouts, RolloutEvents events, Environments environments, Targets targets, Engines engines,
            Turn turn, AuditTrail audit, Aside aside, TransactionTemplate transactions) {
        this.rollouts = rollouts;
        this.events = events;
        this.environments = environments;
        this.targets = targets;
        this.engines = engines;
        this.turn = turn;
        this.audit = audit;
        this.aside = aside;
        this.transactions = transactions;
    }

    /** Whether operators may clear holders in this environment. */
    public boolean allowedIn(String environment) {
        return environments.find(environment).map(found -> found.policy().holderActions()).orElse(false);
    }

    /** What an operator is told who may not, because the environment does not allow it. */
    public static String whereToAllow(String environment) {
        return "Sessions that hold a lock may not be cancelled or ended from here in " + environment
                + ": an administrator allows it with 'holderActions' in the policy of the environment "
                + "(PUT /api/v1/environments/" + environment + ")";
    }

    /**
     * Cancels the statement of, or ends, the session of this pid, which is one of those that the run waits for right now.
     *
     * @return what was seen on the target
     */
    public HolderAnswer clear(Actor actor, long id, String target, int pid, HolderAction action,
            @Nullable String reason) {
        RolloutView rollout = rollouts.get(actor, id);
        actor.demand(Permission.OPERATE, rollout.environment());
        if (!allowedIn(rollout.environment())) {
            throw new Problem(ProblemType.CONFLICT, whereToAllow(rollout.environment()));
        }
        TargetAccess access = access(target);
        // what was asked for must be on record before the signal is sent, whatever becomes of a caller's transaction
        return aside.run(() -> clear(actor, rollout, access, pid, action, reason));
    }

    private HolderAnswer clear(Actor actor, RolloutView rollout, TargetAccess access, int pid, HolderAction action,
            @Nullable String reason) {
        long id = rollout.id();
        String target = access.name();
        Map<String, Object> facts = new LinkedHashMap<>();
        Holder holder = Objects.requireNonNull(transactions.execute(status -> {
            turn.take(id);
            Holder found = held(rollouts.runs(actor, id, target), target, pid);
            facts.putAll(facts(target, found, reason));
            tell(actor, rollout, "run.holder-" + action.word() + "-requested", facts);
            return found;
        }));
        HolderAnswer answer = answer(access, holder, action);
        facts.put("action", action);
        facts.put("observed", answer.seen());
        facts.put("message", answer.message());
        transactions.executeWithoutResult(status -> {
            turn.take(id);
            tell(actor, rollout, "run.holder-answered", facts);
        });
        return answer;
    }

    private TargetAccess access(String target) {
        if (targets.find(target).isEmpty()) {
            throw Problem.notFound("target " + target);
        }
        return targets.access(target);
    }

    private HolderAnswer answer(TargetAccess access, Holder holder, HolderAction action) {
        try {
            return engines.of(access.engine()).clear(access, holder, action);
        } catch (TargetUnavailable unavailable) {
            return new HolderAnswer(HolderAnswer.Seen.UNREACHABLE, String.valueOf(unavailable.getMessage()));
        }
    }

    /** Decides from what the run's rows say now: whoever is not in the way of it is out of reach. */
    private static Holder held(List<PhaseRunView> runs, String target, int pid) {
        List<Holder> holders = runs.isEmpty() ? List.of() : runs.getLast().waitsFor();
        return holders.stream().filter(holder -> holder.pid() == pid).findFirst()
                .orElseThrow(() -> new Problem(ProblemType.CONFLICT,
                        holders.isEmpty()
                                ? "The run on %s waits for no lock now: pid %d is not in its way".formatted(target, pid)
                                : "The run on %s does not wait for pid %d now".formatted(target, pid),
                        Map.of("holders", holders.stream().map(Holder::pid).toList())));
    }

    /** The trail is kept for ever, so it has the statement without its constants. */
    private static Map<String, Object> facts(String target, Holder holder, @Nullable String reason) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("target", target);
        facts.put("pid", holder.pid());
        put(facts, "user", holder.user());
        put(facts, "application", holder.application());
        put(facts, "query", holder.queryWithoutConstants());
        put(facts, "backendStart", holder.backendStart());
        facts.put("relation", holder.relation());
        facts.put("mode", holder.mode());
        put(facts, "reason", reason == null || reason.isBlank() ? null : reason.strip());
        return facts;
    }

    private static void put(Map<String, Object> facts, String name, @Nullable Object value) {
        if (value != null) {
            facts.put(name, value);
        }
    }

    private void tell(Actor actor, RolloutView rollout, String action, Map<String, Object> facts) {
        Map<String, Object> data = new LinkedHashMap<>(facts);
        data.put("by", actor.label());
        events.append(rollout.id(), action, data);
        audit.record(actor, action, new Subject("rollout", String.valueOf(rollout.id()), rollout.environment()), facts);
    }
}
