package dev.rubicon.verification;

import java.util.List;

/**
 * Objects of a target began to differ from what they should be, or ceased to. Published in the transaction in which that is
 * written down.
 *
 * @param appeared what they are and their names
 * @param ended what they are and their names
 */
public record DriftMoved(String target, String environment, List<String> appeared, List<String> ended) {}
