/**
 * The port to a kind of database: parse, check, open a session on a target, do a step there exactly once, ask a query.
 * The adapters are rooms of their own below this package; nobody imports them, they are injected.
 */
@ApplicationModule(allowedDependencies = {"problem", "security", "audit", "registry", "plan"})
@NullMarked
package dev.rubicon.engine;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
