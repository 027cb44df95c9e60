/**
 * What a schema consists of, in canonical text: the same schema gives the same text whatever the order in which it came
 * about. The adapters read it; who compares, keeps or rebuilds it never looks at a catalog.
 */
@NamedInterface("schema")
@NullMarked
package dev.rubicon.engine.schema;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.NamedInterface;
