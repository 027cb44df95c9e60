/**
 * The command line {@code rubicon check}: judges plans and migration files without a server, a database or Spring, and
 * says what it found as text, JSON or SARIF.
 */
@ApplicationModule(allowedDependencies = {"problem", "registry", "plan", "engine", "analysis", "analysis::foreign",
        "analysis::sarif"})
@NullMarked
package dev.rubicon.check;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
