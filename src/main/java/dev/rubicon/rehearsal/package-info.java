/**
 * A plan carried up, down and up again on a shadow of its target, through the production execution, and what was seen there:
 * the evidence that an approval can be given on. Shadows are made for one rehearsal each, and dropped at its end.
 */
@ApplicationModule(allowedDependencies = {"problem", "security", "audit", "durable", "registry", "plan", "analysis",
        "engine",
        "engine::facts",
        "engine::schema", "gate", "verification", "execution", "embedded"})
@NullMarked
package dev.rubicon.rehearsal;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
