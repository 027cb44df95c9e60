/**
 * Plans: the document, its immutable revisions, phases, steps, the rollback plan and the point of no return; the review
 * of a revision; and the verdict that the analysis reports on it.
 */
@ApplicationModule(allowedDependencies = {"problem", "security", "audit", "registry"})
@NullMarked
package dev.rubicon.plan;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
