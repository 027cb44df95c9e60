/** The REST resources of what is reported to the gates: deployments, backups, freeze windows. */
@NullMarked
package dev.rubicon.gate.web;

import org.jspecify.annotations.NullMarked;
