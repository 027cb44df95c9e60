/** What becomes of crossings when processes, sessions, servers and networks fail under them. */
@NullMarked
package dev.rubicon.faults;

import org.jspecify.annotations.NullMarked;
