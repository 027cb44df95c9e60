package dev.rubicon.plan;

import java.time.Instant;

/**
 * A reviewer's word that a finding may stand.
 *
 * @param finding the finding's id
 */
public record Acceptance(String finding, String reason, String by, Instant at) {}
