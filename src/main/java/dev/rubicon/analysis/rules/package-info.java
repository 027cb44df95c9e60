/**
 * The rules, one file each, and what they see: single statements at their moment in the running order, scripts, whole
 * plans. {@link dev.rubicon.analysis.rules.Catalogue} lists them all. Inner part of the room {@code analysis}.
 */
@NullMarked
package dev.rubicon.analysis.rules;

import org.jspecify.annotations.NullMarked;
