package dev.rubicon.web.pages;

import dev.rubicon.plan.Plans;
import dev.rubicon.registry.Targets;
import dev.rubicon.rehearsal.Rehearsal;
import dev.rubicon.rehearsal.Rehearsals;
import dev.rubicon.rollout.RolloutFilter;
import dev.rubicon.rollout.RolloutState;
import dev.rubicon.rollout.RolloutView;
import dev.rubicon.rollout.Rollouts;
import dev.rubicon.rollout.RunState;
import dev.rubicon.rollout.WaysBackDrilled;
import dev.rubicon.security.Actor;
import dev.rubicon.verification.Drifts;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The start page. */
@Controller
class InboxPages {

    /** As many as are sorted: for each is asked what stands in its way. The page says where there are more. */
    private static final int MOST_OPEN = 60;
    private static final int MOST_ENDED = 20;
    private static final RolloutFilter ENDED = RolloutFilter.in(RolloutState::ended);
    /** Of so many rollouts it is told how fast they move, */
    private static final int PACED = 8;
    /** each by so many of its runs: the start page must not become slow by what it tells. */
    private static final int RUNS = 4;
    /** Of so many it is told whether their rehearsal is stale. */
    private static final int UNDECIDED = 12;

    private final Rollouts rollouts;
    private final Plans plans;
    private final Targets targets;
    private final Drifts drifts;
    private final WaysBackDrilled ways;
    private final Rehearsals rehearsals;
    private final Clock clock;

    InboxPages(Rollouts rollouts, Plans plans, Targets targets, Drifts drifts, WaysBackDrilled ways,
            Rehearsals rehearsals, Clock clock) {
        this.ways = ways;
        this.rehearsals = rehearsals;
        this.drifts = drifts;
        this.rollouts = rollouts;
        this.plans = plans;
        this.targets = targets;
        this.clock = clock;
    }

    private InboxPage page(Actor actor, List<RolloutView> all, Instant now) {
        Map<Long, Pace> paces = all.stream().filter(rollout -> rollout.state() == RolloutState.RUNNING)
                .limit(PACED).collect(Collectors.toMap(RolloutView::id, rollout -> pace(actor, rollout, now)));
        record Revision(String plan, int number) {}
        Map<Revision, List<Rehearsal>> known = new HashMap<>();
        Map<Long, Rehearsed> rehearsed = new HashMap<>();
        all.stream().filter(InboxPage::undecided).limit(UNDECIDED).forEach(rollout -> {
            Rehearsed newest = Rehearsed.of(
                    known.computeIfAbsent(new Revision(rollout.plan(), rollout.revision()),
                            revision -> rehearsals.of(actor, revision.plan, revision.number)),
                    rollout.targets().stream().map(RolloutView.TargetView::target).toList(), now);
            if (newest != null) {
                rehearsed.put(rollout.id(), newest);
            }
        });
        return InboxPage.of(all, drifts.all(actor), ways.broken(actor), new InboxPage.Looked(paces, rehearsed),
                actor, now);
    }

    private Pace pace(Actor actor, RolloutView rollout, Instant now) {
        return Pace.of(rollout.targets().stream().filter(target -> target.state() == RunState.RUNNING)
                .sorted(Comparator.comparing(target -> target.blocker() == null)).limit(RUNS)
                .flatMap(target -> rollouts.newestRun(actor, rollout.id(), target.target()).stream())
                .toList(), now);
    }

    @GetMapping("/")
    String inbox(@AuthenticationPrincipal Actor actor, Model model) {
        Rollouts.Pressing pressing = rollouts.pressing(actor, MOST_OPEN);
        List<RolloutView> all = new ArrayList<>(pressing.rollouts());
        model.addAttribute("looked", all.size());
        model.addAttribute("open", pressing.open());
        all.addAll(rollouts.list(actor, ENDED, Long.MAX_VALUE, MOST_ENDED));
        InboxPage page = page(actor, all, clock.instant());
        model.addAttribute("page", page);
        if (page.empty()) {
            model.addAttribute("noTargets", targets.all(actor).isEmpty());
            model.addAttribute("noPlans", plans.newest().isEmpty());
        }
        return "inbox";
    }
}
