/** Verifications: queries with expected answers, asked on a target before and after a step. */
@ApplicationModule(allowedDependencies = {"problem", "security", "audit", "durable", "registry", "plan", "engine",
        "engine::schema"})
@NullMarked
package dev.rubicon.verification;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
