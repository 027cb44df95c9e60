package dev.rubicon.webhook;

import dev.rubicon.rehearsal.RehearsalEnded;
import dev.rubicon.rollout.RolloutEvents;
import dev.rubicon.rollout.RolloutMoved;
import dev.rubicon.verification.DriftMoved;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Hears the facts of the rooms below, in their transactions. */
@Component
class OutboxListener {

    private static final int NAMED = 20;

    private final Outbox outbox;
    private final RolloutEvents rollouts;

    OutboxListener(Outbox outbox, RolloutEvents rollouts) {
        this.outbox = outbox;
        this.rollouts = rollouts;
    }

    @EventListener
    void on(RolloutMoved moved) {
        type(moved).ifPresent(type -> {
            RolloutEvents.Subject subject = rollouts.subject(moved.rollout());
            outbox.put(type, subject.environment(), () -> {
                Map<String, Object> data = new LinkedHashMap<>();
                data.put("rollout", moved.rollout());
                data.put("plan", subject.plan());
                data.put("revision", subject.revision());
                data.put("rolloutSequence", moved.seq());
                data.putAll(moved.data());
                return data;
            });
        });
    }

    /** A run's progress is for who looks on; only its failure is told. */
    private static Optional<EventType> type(RolloutMoved moved) {
        if (moved.type().equals("run.state")) {
            return "FAILED".equals(String.valueOf(moved.data().get("state")))
                    ? Optional.of(EventType.RUN_FAILED)
                    : Optional.empty();
        }
        return EventType.find(moved.type());
    }

    @EventListener
    void on(DriftMoved moved) {
        if (!moved.appeared().isEmpty()) {
            outbox.put(EventType.DRIFT_FOUND, moved.environment(),
                    () -> drift(moved, moved.appeared()));
        }
        if (!moved.ended().isEmpty()) {
            outbox.put(EventType.DRIFT_ENDED, moved.environment(),
                    () -> drift(moved, moved.ended()));
        }
    }

    /** A schema that is replaced differs in thousands of objects: a few are named, as in the audit trail. */
    private static Map<String, ?> drift(DriftMoved moved, List<String> objects) {
        return Map.of("target", moved.target(), "objects", objects.stream().limit(NAMED).toList(), "count",
                objects.size());
    }

    @EventListener
    void on(RehearsalEnded ended) {
        outbox.put(EventType.REHEARSAL_ENDED, ended.environment(),
                () -> Map.of("rehearsal", ended.id(), "kind", ended.kind(), "plan", ended.plan(), "revision",
                        ended.revision(), "target",
                        ended.target(), "state", ended.state()));
    }
}
