package dev.rubicon.execution.backfill;

import dev.rubicon.engine.RangeWork;
import dev.rubicon.engine.StepEnded;
import dev.rubicon.engine.StepOrder;
import dev.rubicon.engine.StepOutcome;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.engine.TargetSession;
import org.springframework.stereotype.Component;

/** Does steps whose work is a backfill. */
@Component
public class Backfills {

    private final BackfillSettings settings;

    public Backfills(BackfillSettings settings) {
        this.settings = settings;
    }

    /** The most lanes that a backfill of so many in its plan may have. */
    public int lanes(int planned) {
        return Math.clamp(planned, 1, settings.lanes());
    }

    /**
     * Does the step from where it stands to where it ends, must wait or is stopped.
     *
     * @param lanes how many batches may run at once; each beyond the first takes a connection more
     */
    public StepOutcome perform(TargetSession session, StepOrder order, StepWatch watch, int lanes) {
        try (RangeWork work = session.ranges(order, watch)) {
            return new Course(work, order, watch, settings, lanes, System::nanoTime).run();
        } catch (StepEnded e) {
            return e.outcome();
        }
    }

    /**
     * Compares what a backfill left with what it was to leave.
     *
     * @param last whether it is asked before what cannot be undone
     * @return {@link StepOutcome.Done} with the comparisons, or why it came to no end
     */
    public StepOutcome compare(TargetSession session, StepOrder order, boolean last, StepWatch watch, int lanes) {
        try (RangeWork work = session.comparison(order, last, watch)) {
            return new Course(work, order, watch, settings, lanes, System::nanoTime).run();
        } catch (StepEnded e) {
            return e.outcome();
        }
    }
}
