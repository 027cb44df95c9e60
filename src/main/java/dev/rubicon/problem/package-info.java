/** The one form of every refusal: a stable type, a status, a sentence that helps, and facts for machines (RFC 9457). */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.rubicon.problem;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
