/** Work that goes on behind any fault: carried by db-scheduler on one node at a time, taken up by another when that one dies. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.rubicon.durable;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
