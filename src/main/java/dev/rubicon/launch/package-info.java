/** What {@code java -jar rubicon.jar} runs first: it needs nothing but the JDK, and stands at the jar's root. */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.rubicon.launch;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
