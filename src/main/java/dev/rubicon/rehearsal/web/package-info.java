/** Rehearsals over REST. */
@NullMarked
package dev.rubicon.rehearsal.web;

import org.jspecify.annotations.NullMarked;
