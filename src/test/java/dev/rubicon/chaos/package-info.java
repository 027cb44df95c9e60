/**
 * A seeded random campaign: plans of random shape are carried over a cluster while nodes, servers and connections die,
 * and a checker that knows nothing of Rubicon's code reads the targets and the events, and says what is wrong.
 */
@NullMarked
package dev.rubicon.chaos;

import org.jspecify.annotations.NullMarked;
