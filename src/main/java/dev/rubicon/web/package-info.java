/** The edge: problem details, idempotency, API documentation and the pages, composed from the rooms' read sides. */
@ApplicationModule
@NullMarked
package dev.rubicon.web;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
