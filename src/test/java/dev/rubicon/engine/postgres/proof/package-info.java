/** What PostgreSQL does to relations when a statement runs, observed on live servers, beside what Rubicon says. */
@NullMarked
package dev.rubicon.engine.postgres.proof;

import org.jspecify.annotations.NullMarked;
