package dev.rubicon.rehearsal;

/** A rehearsal or a drill has come to its end. Published in the transaction in which that is written down. */
public record RehearsalEnded(long id, RehearsalKind kind, String plan, int revision, String target,
        String environment, RehearsalState state) {}
