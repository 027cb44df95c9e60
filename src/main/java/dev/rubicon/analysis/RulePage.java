package dev.rubicon.analysis;

import dev.rubicon.plan.Severity;

/**
 * What is to be read about a rule.
 *
 * @param id stable; it stands in findings, acceptances and the page's address
 * @param why why it matters, in sentences
 * @param bad an example that the rule finds, as a part of a plan
 * @param good what to write instead
 */
public record RulePage(String id, String title, Severity severity, String why, String bad, String good) {}
