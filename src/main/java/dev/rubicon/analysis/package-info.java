/** Judgement: rules over a plan and its statements, their findings, the risk of each phase and the derived river. */
@ApplicationModule(allowedDependencies = {"problem", "security", "audit", "registry", "plan", "engine",
        "engine::facts"})
@NullMarked
package dev.rubicon.analysis;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
