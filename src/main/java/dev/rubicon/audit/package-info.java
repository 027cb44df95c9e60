/**
 * The audit trail: one entry for every change, written in the change's own transaction, hash-chained within a second by
 * one chainer, verifiable by anybody who may read it.
 */
@ApplicationModule(allowedDependencies = {"problem", "paging", "security"})
@NullMarked
package dev.rubicon.audit;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
