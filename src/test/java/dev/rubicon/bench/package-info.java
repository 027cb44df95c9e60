/** What is measured of the engine beside an application: the stalls of DDL, and the speed of backfills. */
@NullMarked
package dev.rubicon.bench;

import org.jspecify.annotations.NullMarked;
