/** Findings in the form that code hosts and editors read: SARIF 2.1.0. */
@NamedInterface("sarif")
@NullMarked
package dev.rubicon.analysis.sarif;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
