package dev.rubicon.engine;

import dev.rubicon.engine.facts.Schema;

/**
 * What a target's catalogs say.
 *
 * @param schema complete, with the server's estimates of rows and sizes; whoever changes it takes a copy
 * @param serverVersion major version
 * @param database its name
 */
public record Catalog(Schema schema, int serverVersion, String database) {}
