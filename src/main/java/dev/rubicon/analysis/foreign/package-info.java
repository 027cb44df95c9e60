/**
 * Migrations as other tools keep them: in which order their files run, which way each goes, and what in them is not SQL.
 * Nothing is moved: what is blanked leaves as many characters behind as it had, so that places stay right.
 */
@NamedInterface("foreign")
@NullMarked
package dev.rubicon.analysis.foreign;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
