package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.TypeName;
import java.util.Optional;

/** Looks up domains. */
final class Domains {

    private Domains() {}

    /** The domain behind a type, itself or over another one, that demands something of its values. */
    static Optional<Schema.Domain> constrained(Schema schema, TypeName type) {
        return schema.type(new QualifiedName(type.schema(), type.name())).filter(Schema.Domain.class::isInstance)
                .map(Schema.Domain.class::cast)
                .flatMap(domain -> domain.notNull() || !domain.checks().isEmpty()
                        ? Optional.of(domain)
                        : constrained(schema, domain.base()));
    }
}
