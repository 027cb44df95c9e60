/** Recipes: whole plans for usual changes, written out of a few names. */
@NamedInterface("recipes")
@NullMarked
package dev.rubicon.analysis.recipes;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
