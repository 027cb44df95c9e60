/**
 * The adapter to PostgreSQL 14 and newer: its grammar (libpg_query), sessions, ledger and fence on the target,
 * transactional and concurrent statements, and the copying of ranges.
 */
@ApplicationModule(allowedDependencies = {"problem", "engine", "engine::facts", "engine::schema", "registry", "plan"})
@NullMarked
package dev.rubicon.engine.postgres;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
