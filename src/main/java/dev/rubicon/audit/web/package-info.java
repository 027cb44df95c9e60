/** The resources of the audit trail. */
@NullMarked
package dev.rubicon.audit.web;

import org.jspecify.annotations.NullMarked;
