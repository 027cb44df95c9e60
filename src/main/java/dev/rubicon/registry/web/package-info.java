/** The resources of targets and environments. */
@NullMarked
package dev.rubicon.registry.web;

import org.jspecify.annotations.NullMarked;
