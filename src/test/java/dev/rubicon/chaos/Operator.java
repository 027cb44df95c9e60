package dev.rubicon.chaos;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** What an operator of chance wants to do with one crossing, and when. */
final class Operator {

    private final Deque<Act> acts = new ArrayDeque<>();
    private final boolean rollsBackAtTheEnd;
    private final int toPhase;

    /** A verb of the API. */
    enum Verb {
        PAUSE, PAUSE_RUN, CANCEL_RUN, SKIP_RUN, SKIP_STEP, CANCEL, ROLL_BACK, SPEED
    }

    /**
     * @param after milliseconds since the crossing began
     * @param target number of the target that it is about
     * @param phase to which a rollback goes
     * @param step that a skip is about, or an empty text where the plan has none that may be skipped
     */
    record Act(long after, Verb verb, int target, int phase, double speed, String step) {}

    Operator(Random random, RandomPlan plan, int targets) {
        List<String> free = plan.steps().stream().filter(PlannedStep::free).map(PlannedStep::name).toList();
        int many = Math.max(0, random.nextInt(5) - 1);
        long after = 0;
        for (int i = 0; i < many; i++) {
            after += 300 + random.nextInt(5000);
            acts.add(new Act(after, verb(random, targets), random.nextInt(targets),
                    random.nextInt(plan.phases().size()), 0.05 + 0.95 * random.nextDouble(),
                    free.isEmpty() ? "" : free.get(random.nextInt(free.size()))));
        }
        this.rollsBackAtTheEnd = random.nextInt(5) == 0;
        this.toPhase = random.nextInt(plan.phases().size());
    }

    private static Verb verb(Random random, int targets) {
        return switch (random.nextInt(14)) {
            case 0, 1, 2 -> Verb.PAUSE;
            case 3, 4 -> Verb.PAUSE_RUN;
            case 5, 6 -> Verb.CANCEL_RUN;
            case 7 -> targets > 1 ? Verb.SKIP_RUN : Verb.PAUSE;
            case 8 -> Verb.CANCEL;
            case 9 -> Verb.ROLL_BACK;
            case 10, 11 -> Verb.SKIP_STEP;
            default -> Verb.SPEED;
        };
    }

    /** The next act, when its time has come; or null. */
    @org.jspecify.annotations.Nullable
    Act next(long elapsed) {
        return !acts.isEmpty() && acts.getFirst().after() <= elapsed ? acts.removeFirst() : null;
    }

    boolean rollsBackAtTheEnd() {
        return rollsBackAtTheEnd;
    }

    int toPhase() {
        return toPhase;
    }
}
