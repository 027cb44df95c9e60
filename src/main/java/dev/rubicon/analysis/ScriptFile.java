package dev.rubicon.analysis;

/**
 * Raw SQL that belongs to no plan.
 *
 * @param name the file's name, or a word for a text that is in no file
 * @param direction {@code forward} or {@code rollback}
 * @param inTransaction whether whoever runs it opens a transaction around it
 */
public record ScriptFile(String name, String sql, String direction, boolean inTransaction) {}
