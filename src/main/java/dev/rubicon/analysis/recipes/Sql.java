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
     * Counts what the catalogs say is made of the column: indexes, constraints, views, triggers, generated columns, an owned
     * sequence. That it is NOT NULL does not count, in whatever way it says so, and neither does its own default.
     */
    static String hanging(QualifiedName table, String column) {
        return """
                SELECT count(*)
                  FROM pg_depend d
                  JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                 WHERE d.refclassid = 'pg_class'::regclass
                   AND d.refobjid = %s
                   AND a.attname = %s
                   AND NOT EXISTS (SELECT FROM pg_attrdef f
                                    WHERE d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
                                      AND f.adrelid = a.attrelid AND f.adnum = a.attnum)
                   AND NOT EXISTS (SELECT FROM pg_constraint c
                                    WHERE d.classid = 'pg_constraint'::regclass AND c.oid = d.objid
                                      AND (c.contype = 'n' OR c.conname = %s))""".formatted(regclass(table),
                Identifiers.literal(column), Identifiers.literal(guard(table, column)));
    }

    /** Counts the defaults of a column, of which there is one at most. */
    static String defaults(QualifiedName table, String column) {
        return """
                SELECT count(*)
                  FROM pg_attribute
                 WHERE attrelid = %s
                   AND attname = %s
                   AND atthasdef""".formatted(regclass(table), Identifiers.literal(column));
    }

    /** Counts views and materialized views that read the relation. */
    static String views(QualifiedName relation) {
        return """
                SELECT count(DISTINCT r.ev_class)
                  FROM pg_depend d
                  JOIN pg_rewrite r ON r.oid = d.objid
                 WHERE d.classid = 'pg_rewrite'::regclass
                   AND d.refclassid = 'pg_class'::regclass
                   AND d.refobjid = %1$s
                   AND r.ev_class <> %1$s""".formatted(regclass(relation));
    }
}
