/** The PostgreSQL that Rubicon brings along, for a first run without any other database. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.rubicon.embedded;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
