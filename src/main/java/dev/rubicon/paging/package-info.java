/** Pages of long lists: a slice of items and the opaque cursor that continues behind it. */
@ApplicationModule(allowedDependencies = {"problem"})
@NullMarked
package dev.rubicon.paging;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
