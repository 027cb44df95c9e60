/**
 * Who acts: people and tokens, their roles per environment, and the two filter chains (pages with a session, the API
 * with Basic or Bearer). Everything above decides with {@link dev.rubicon.security.Actor#demand}.
 */
@ApplicationModule(allowedDependencies = {"problem", "paging"})
@NullMarked
package dev.rubicon.security;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
