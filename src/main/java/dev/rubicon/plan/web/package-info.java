/** The REST resources of plans, revisions and their review. */
@NullMarked
package dev.rubicon.plan.web;

import org.jspecify.annotations.NullMarked;
