package dev.rubicon.web.pages;

/**
 * Asks once more before something set is taken away, where no script could ask.
 *
 * @param title of the list that it stands in
 * @param back where that list is, and where nothing happens
 * @param question what will happen
 * @param action where the form leads
 * @param version what the reader has seen of it, 0 where there are no versions
 */
record SureSetting(String title, String back, String label, String question, String action, long version) {}
