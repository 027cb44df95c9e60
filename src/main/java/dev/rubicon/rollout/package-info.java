/**
 * One revision carried to a frozen set of targets: waves, phases, gates, pause, cancel, roll back. The events that live
 * pages follow are written here, in the transaction of the change.
 */
@ApplicationModule(allowedDependencies = {"problem", "security", "audit", "registry", "plan", "engine", "gate",
        "execution", "rehearsal",
        "verification", "paging"})
@NullMarked
package dev.rubicon.rollout;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
