/**
 * Snapshots of a PostgreSQL schema: a few queries over the catalogs, one class per family of objects, each giving the
 * statements that make its objects; and the order in which those rebuild the schema.
 */

@NullMarked
package dev.rubicon.engine.postgres.schema;

import org.jspecify.annotations.NullMarked;
