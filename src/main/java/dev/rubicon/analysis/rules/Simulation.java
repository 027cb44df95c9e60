package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Schema;

/**
 * A step tried on the model of the schema, and its rollback behind it.
 *
 * @param before the schema before the step
 * @param after as the step left it
 * @param back as the rollback left it; {@code after} where there is none
 */
public record Simulation(Schema before, Schema after, Schema back) {}
