/** The REST resources of the analysis. */
@NullMarked
package dev.rubicon.analysis.web;

import org.jspecify.annotations.NullMarked;
