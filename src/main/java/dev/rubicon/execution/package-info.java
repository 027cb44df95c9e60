/**
 * One phase of one revision on one target: durable steps, their attempts, the hold on the target, verification. Driven
 * by db-scheduler on any node; what took effect is answered by the target's ledger, never by memory.
 */
@ApplicationModule(allowedDependencies = {"problem", "security", "audit", "durable", "registry", "plan", "engine",
        "engine::schema", "gate",
        "verification"})
@NullMarked
package dev.rubicon.execution;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
