/**
 * Other systems are told what happens here: events go into an outbox in the transaction in which they happen, and from there,
 * signed, to each webhook that asked for them, until it takes them or a day is over.
 */
@ApplicationModule(allowedDependencies = {"problem", "paging", "security", "audit", "durable", "registry",
        "verification",
        "rehearsal", "rollout"})
@NullMarked
package dev.rubicon.webhook;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
