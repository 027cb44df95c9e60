/**
 * The registry: target databases, the environments they belong to with their policies, and the credentials, encrypted
 * or referred to. Connecting is the business of {@code engine}.
 */
@ApplicationModule(allowedDependencies = {"problem", "paging", "security", "audit"})
@NullMarked
package dev.rubicon.registry;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
