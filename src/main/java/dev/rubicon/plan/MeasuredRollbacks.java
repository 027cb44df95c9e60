package dev.rubicon.plan;

import java.util.Optional;

/** Knows how long the ways back of a revision took when they were tried. The room above, which tries them, implements it. */
public interface MeasuredRollbacks {

    /** The newest times that were measured; empty where none were. */
    Optional<RollbackPlan.Measured> of(PlanRevision revision);
}
