package dev.rubicon.analysis.recipes;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.facts.QualifiedName;
import java.util.List;
import java.util.stream.Collectors;

/** Statements and questions that more than one recipe writes. */
final class Sql {

    private Sql() {}

    static String alter(QualifiedName table, String change) {
        return "ALTER TABLE " + table.sql() + " " + change + ";";
    }

    static String count(QualifiedName table, String condition) {
        return "SELECT count(*) FROM " + table.sql() + " WHERE " + condition;
    }

    static String regclass(QualifiedName relation) {
        return Identifiers.literal(relation.sql()) + "::regclass";
    }

    static String anyNotNull(List<String> columns, String between) {
        return columns.stream().map(column -> Identifiers.quote(column) + " IS NOT NULL")
                .collect(Collectors.joining(between));
    }

    /** The name of the constraint that stays when a plan that let the column be NULL was taken back. */
    static String guard(QualifiedName table, String column) {
        return Names.made(table.name(), column, "kept");
    }

    /**
     * Counts what the catalogs say is made of the column: indexes, constraints, views, triggers, an owned sequence.
     * That it is NOT NULL does not count, in whatever way it says so.
     */
    static String hanging(QualifiedName table, String column) {
        return """
                SELECT count(*)
                  FROM pg_depend d
                  JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                 WHERE d.refclassid = 'pg_class'::regclass
                   AND d.refobjid = %s
                   AND a.attname = %s
                   AND d.classid <> 'pg_attrdef'::regclass
                   AND NOT EXISTS (SELECT FROM pg_constraint c
                                    WHERE d.classid = 'pg_constraint'::regclass AND c.oid = d.objid
                                      AND (c.contype = 'n' OR c.conname = %s))""".formatted(regclass(table),
                Identifiers.literal(column), Identifiers.literal(guard(table, column)));
    }
}
