/**
 * What statements do, in types: their actions, the locks, rewrites and scans that follow, and a model of the schema that
 * they act upon. The adapters derive all of it; the analysis judges by it and never looks at a grammar's trees.
 */
@NamedInterface("facts")
@NullMarked
package dev.rubicon.engine.facts;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
