/** The chart in {@code helm/rubicon}. */
@NullMarked
package dev.rubicon.helm;

import org.jspecify.annotations.NullMarked;
