/**
 * The control database at start-up: the PostgreSQL that Rubicon brings along, for a first run without any other, or the
 * one that {@code spring.datasource.url} names, which has to be new enough. The room gives a
 * {@link org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails}, and {@link dev.rubicon.embedded.EmbeddedAccess}
 * to whoever makes further databases on it.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.rubicon.embedded;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
