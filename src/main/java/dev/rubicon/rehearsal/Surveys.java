package dev.rubicon.rehearsal;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import dev.rubicon.durable.DurableWork;
import dev.rubicon.engine.Engines;
import dev.rubicon.engine.QueryFailed;
import dev.rubicon.engine.TargetReader;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.plan.PlanRevision;
import dev.rubicon.plan.Plans;
import dev.rubicon.problem.Problem;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.registry.Targets;
import dev.rubicon.security.Actor;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Lazy;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Reads the schemas of a rollout's targets when it is opened, beside its caller, and has each distinct one rehearsed: what would
 * stop a later wave is known before the first.
 */
@Component
public class Surveys {

    static final String TASK = "rehearsal-survey";
    /** A schema takes up to seconds to read; whoever comes behind is compared when its phase begins. */
    static final int MOST_READ = 100;

    private final SurveyRows rows;
    private final RehearsalRows rehearsals;
    private final Rehearsals door;
    private final Plans plans;
    private final Targets targets;
    private final Engines engines;
    private final RehearsalSettings settings;
    private final SchedulerClient scheduler;
    private final TransactionTemplate transactions;
    private final Clock clock;

    /** @param scheduler lazily: it is built from the tasks, and they are built from this */
    Surveys(SurveyRows rows, RehearsalRows rehearsals, Rehearsals door, Plans plans, Targets targets, Engines engines,
            RehearsalSettings settings, @Lazy SchedulerClient scheduler, TransactionTemplate transactions,
            Clock clock) {
        this.rows = rows;
        this.rehearsals = rehearsals;
        this.door = door;
        this.plans = plans;
        this.targets = targets;
        this.engines = engines;
        this.settings = settings;
        this.scheduler = scheduler;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** In the transaction of the opening; what is seen comes a while later. */
    @Transactional(propagation = Propagation.MANDATORY)
    public void begin(long rollout, PlanRevision revision, List<String> names, EvidenceClass evidenceClass) {
        rows.insert(new SurveyRows.Order(rollout, revision.plan(), revision.revision(), evidenceClass, names));
        scheduler.schedule(new TaskInstance<>(TASK, String.valueOf(rollout)), clock.instant());
    }

    /** The survey of a rollout, with its rehearsals as they are now; empty where none was begun. */
    @Transactional(readOnly = true)
    public Optional<Survey> of(long rollout) {
        return rows.find(rollout).map(row -> new Survey(rollout, row.order().evidenceClass(), row.begunAt(),
                row.endedAt(), row.seen().schemas().stream().map(this::now).toList(), row.seen().unread()));
    }

    private Survey.Schema now(Survey.Schema schema) {
        Long id = schema.rehearsal();
        return new Survey.Schema(schema.fingerprint(), schema.serverVersion(), schema.targets(), id,
                id == null ? null : rehearsals.find(id).map(Rehearsal::state).orElse(null), schema.why());
    }

    /** A schema and who has it. */
    private record Kind(String fingerprint, int version) {}

    Optional<Duration> carryOut(DurableWork.Hand hand) {
        SurveyRows.Row row = rows.find(Long.parseLong(hand.instance())).orElseThrow();
        if (row.endedAt() != null) {
            return Optional.empty();
        }
        SurveyRows.Order order = row.order();
        Map<Kind, List<String>> kinds = new LinkedHashMap<>();
        List<Survey.Unread> unread = new ArrayList<>();
        for (String target : order.targets()) {
            if (hand.nodeEnds()) {
                return Optional.of(Duration.ZERO);
            }
            if (kinds.values().stream().mapToInt(List::size).sum() + unread.size() >= MOST_READ) {
                unread.add(new Survey.Unread(target, "only the first %d are read at the opening".formatted(MOST_READ)));
            } else {
                read(target, kinds, unread);
            }
        }
        transactions.executeWithoutResult(
                status -> rows.end(order.rollout(), new SurveyRows.Seen(rehearse(order, kinds), unread)));
        return Optional.empty();
    }

    private void read(String target, Map<Kind, List<String>> kinds, List<Survey.Unread> unread) {
        try {
            TargetAccess access = targets.access(target);
            try (TargetReader reader = engines.of(access.engine()).read(access)) {
                var schema = reader.snapshot();
                kinds.computeIfAbsent(new Kind(schema.fingerprint().digits(), schema.serverVersion()),
                        kind -> new ArrayList<>()).add(target);
            }
        } catch (TargetUnavailable | QueryFailed | Problem unreadable) {
            unread.add(new Survey.Unread(target, String.valueOf(unreadable.getMessage())));
        }
    }

    private List<Survey.Schema> rehearse(SurveyRows.Order order, Map<Kind, List<String>> kinds) {
        rehearsals.takeTurn(order.plan(), order.revision());
        String digest = plans.get(order.plan(), order.revision()).digest();
        List<Survey.Schema> schemas = new ArrayList<>();
        kinds.forEach((kind, names) -> {
            boolean room = schemas.stream().filter(one -> one.rehearsal() != null).count() < settings.schemas();
            Long stands = standsFor(order, digest, kind, names, room);
            schemas.add(new Survey.Schema(kind.fingerprint, kind.version, names, stands, null, stands != null
                    ? ""
                    : "%d schemas of one rollout are rehearsed at its opening; this one is when its phase begins"
                            .formatted(settings.schemas())));
        });
        return schemas;
    }

    /** A rehearsal of this very schema, or one on one of these targets that has not read it yet, or a new one. */
    private @Nullable Long standsFor(SurveyRows.Order order, String digest, Kind kind, List<String> names,
            boolean room) {
        Optional<Rehearsal> known = rehearsals.ofRevision(order.plan(), order.revision()).stream()
                .filter(one -> one.digest().equals(digest)
                        && one.evidenceClass().compareTo(order.evidenceClass()) >= 0)
                .filter(one -> names.stream()
                        .anyMatch(name -> RehearsedTargets.isAlike(one, name, kind.fingerprint, kind.version)))
                .filter(one -> !RehearsedTargets.isBrokenLongAgo(one, clock.instant())).findFirst();
        if (known.isEmpty() && !room) {
            return null;
        }
        long id = known.map(Rehearsal::id).orElseGet(() -> door.ask(Actor.RUBICON, order.plan(), order.revision(),
                names.getFirst(), order.evidenceClass()).id());
        rehearsals.expects(id, kind.fingerprint, kind.version);
        return id;
    }
}
