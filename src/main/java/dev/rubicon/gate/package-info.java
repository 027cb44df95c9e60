/**
 * What a phase waits for: approvals, deployments, backups, soak, windows, freezes, a named person's go. Each unmet gate
 * answers with a blocker that says who can clear it, or when it clears by itself.
 */
@ApplicationModule(allowedDependencies = {"problem", "security", "audit", "registry", "plan"})
@NullMarked
package dev.rubicon.gate;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
