/** What the tests of all rooms share: real PostgreSQL servers and a settable clock. */
@NullMarked
package dev.rubicon.testing;

import org.jspecify.annotations.NullMarked;
