/**
 * How a backfill is driven, whatever kind of database it runs on: the size of its batches, its lanes, the splitting of
 * ranges that cannot be done, its speed, and what is told of it. The engine does the batches.
 */
@NullMarked
package dev.rubicon.execution.backfill;

import org.jspecify.annotations.NullMarked;
