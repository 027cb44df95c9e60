package dev.rubicon.plan;

/**
 * A new revision was stored. Published in the transaction that stores it; a listener that judges reports by
 * {@link Plans#report}, so that the answer to the submission already carries the findings.
 */
public record RevisionSubmitted(PlanRevision revision) {}
