package dev.rubicon.engine;

/**
 * One question about what a backfill left behind, with its answer.
 *
 * @param name what holds when it succeeds
 * @param seen what was found, in a sentence with the figures, and keys of rows for example
 */
public record Comparison(String name, Answer answer, String seen) {}
