package dev.rubicon.rehearsal;

/** A rehearsal has come to its end. Published in the transaction in which that is written down. */
public record RehearsalEnded(long id, String plan, int revision, String target, String environment,
        RehearsalState state) {}
