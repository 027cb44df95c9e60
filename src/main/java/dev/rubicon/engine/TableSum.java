package dev.rubicon.engine;

import java.util.SortedMap;

/**
 * What a table holds, so far as two moments can be compared: equal sums of equal columns are equal rows, in whatever order.
 *
 * @param rows their number
 * @param whole over each row as text, its columns sorted by name
 * @param columns the same for each column alone
 */
public record TableSum(String table, long rows, String whole, SortedMap<String, String> columns) {}
