package dev.rubicon.engine.postgres.schema;

/** Types that are made as such: enumerations, composite and range types, base and shell types, domains. */
final class Types implements Family {

    private static final String OWN = """
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE {ours n} AND {free t}""";

    private static final String ENUMERATION = """
            'CREATE TYPE ' || {name n.nspname t.typname} || ' AS ENUM ('
            || coalesce((SELECT string_agg(E'\\n    ' || quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder)
                           FROM pg_enum e WHERE e.enumtypid = t.oid), '') || E'\\n)'""";

    private static final String COMPOSITE = """
            'CREATE TYPE ' || {name n.nspname t.typname} || ' AS ('
            || coalesce((SELECT string_agg(format(E'\\n    %I %s', a.attname, format_type(a.atttypid, a.atttypmod))
                                           || CASE WHEN a.attcollation <> k.typcollation
                                                   THEN ' COLLATE ' || a.attcollation::regcollation ELSE '' END,
                                           ',' ORDER BY a.attnum)
                           FROM pg_attribute a JOIN pg_type k ON k.oid = a.atttypid
                          WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '') || E'\\n)'""";

    private static final String RANGE = """
            (SELECT 'CREATE TYPE ' || {name n.nspname t.typname} || E' AS RANGE (\\n    '
                    || concat_ws(E',\\n    ', 'subtype = ' || format_type(r.rngsubtype, NULL),
                       'multirange_type_name = ' || {name mn.nspname m.typname},
                       CASE WHEN NOT oc.opcdefault THEN 'subtype_opclass = ' || {name cn.nspname oc.opcname} END,
                       CASE WHEN r.rngcollation <> s.typcollation
                            THEN 'collation = ' || r.rngcollation::regcollation END,
                       CASE WHEN r.rngcanonical <> 0 THEN 'canonical = ' || r.rngcanonical END,
                       CASE WHEN r.rngsubdiff <> 0 THEN 'subtype_diff = ' || r.rngsubdiff END) || E'\\n)'
               FROM pg_range r JOIN pg_type s ON s.oid = r.rngsubtype
               JOIN pg_type m ON m.oid = r.rngmultitypid JOIN pg_namespace mn ON mn.oid = m.typnamespace
               JOIN pg_opclass oc ON oc.oid = r.rngsubopc JOIN pg_namespace cn ON cn.oid = oc.opcnamespace
              WHERE r.rngtypid = t.oid)""";

    private static final String BASE = """
            'CREATE TYPE ' || {name n.nspname t.typname} || E' (\\n    '
            || concat_ws(E',\\n    ', 'INPUT = ' || t.typinput, 'OUTPUT = ' || t.typoutput,
               CASE WHEN t.typreceive <> 0 THEN 'RECEIVE = ' || t.typreceive END,
               CASE WHEN t.typsend <> 0 THEN 'SEND = ' || t.typsend END,
               CASE WHEN t.typmodin <> 0 THEN 'TYPMOD_IN = ' || t.typmodin END,
               CASE WHEN t.typmodout <> 0 THEN 'TYPMOD_OUT = ' || t.typmodout END,
               CASE WHEN t.typanalyze <> 0 THEN 'ANALYZE = ' || t.typanalyze END,
               CASE WHEN t.typsubscript <> 0 THEN 'SUBSCRIPT = ' || t.typsubscript END,
               'INTERNALLENGTH = ' || CASE t.typlen WHEN -1 THEN 'variable' ELSE t.typlen::text END,
               CASE WHEN t.typbyval THEN 'PASSEDBYVALUE' END,
               'ALIGNMENT = ' || CASE t.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'i' THEN 'int4'
                                                 ELSE 'double' END,
               'STORAGE = ' || CASE t.typstorage WHEN 'p' THEN 'plain' WHEN 'e' THEN 'external' WHEN 'x' THEN 'extended'
                                                 ELSE 'main' END,
               CASE WHEN t.typcategory <> 'U' THEN 'CATEGORY = ' || quote_literal(t.typcategory::text) END,
               CASE WHEN t.typispreferred THEN 'PREFERRED = true' END,
               CASE WHEN t.typdefault IS NOT NULL THEN 'DEFAULT = ' || quote_literal(t.typdefault) END,
               CASE WHEN t.typelem <> 0 THEN 'ELEMENT = ' || format_type(t.typelem, NULL) END,
               CASE WHEN t.typdelim <> ',' THEN 'DELIMITER = ' || quote_literal(t.typdelim::text) END,
               CASE WHEN t.typcollation <> 0 THEN 'COLLATABLE = true' END) || E'\\n)'""";

    /** The first part, for functions that read, write or order the values: those come before the type itself. */
    private static final String SHELL = """
            SELECT 'TYPE' AS kind, t.tableoid AS class, t.oid, 'shell' AS part,
                   {name n.nspname t.typname} AS name, NULL::text AS owner, NULL::text[] AS roles, NULL::text AS stand_in,
                   ARRAY['CREATE TYPE ' || {name n.nspname t.typname}] AS statements
            """ + OWN + """
             AND (t.typtype = 'b' AND t.typisdefined AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
                  OR EXISTS (SELECT FROM pg_range r WHERE r.rngtypid = t.oid AND r.rngcanonical <> 0))
            """;

    private static final String TYPES = """
            SELECT 'TYPE', t.tableoid, t.oid, '', {name n.nspname t.typname},
                   CASE WHEN t.typisdefined THEN pg_get_userbyid(t.typowner) END, NULL, NULL,
                   ARRAY[CASE t.typtype WHEN 'e' THEN <enumeration> WHEN 'c' THEN <composite> WHEN 'r' THEN <range>
                                        WHEN 'b' THEN <base> ELSE 'CREATE TYPE ' || {name n.nspname t.typname} END]
            """ + OWN + """
             AND (t.typtype IN ('e', 'r', 'b') OR t.typtype = 'p' AND NOT t.typisdefined
                  OR t.typtype = 'c' AND EXISTS (SELECT FROM pg_class c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
             AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
            """;

    private static final String DOMAINS = """
            SELECT 'DOMAIN', t.tableoid, t.oid, '', {name n.nspname t.typname}, pg_get_userbyid(t.typowner), NULL, NULL,
                   ARRAY[format('CREATE DOMAIN %s AS %s', {name n.nspname t.typname},
                                format_type(t.typbasetype, t.typtypmod))
                         || CASE WHEN t.typcollation <> (SELECT b.typcollation FROM pg_type b WHERE b.oid = t.typbasetype)
                                 THEN ' COLLATE ' || t.typcollation::regcollation ELSE '' END
                         || coalesce(' DEFAULT ' || coalesce(pg_get_expr(t.typdefaultbin, 0), quote_literal(t.typdefault)),
                                     '')
                         || CASE WHEN t.typnotnull THEN <not null> ELSE '' END]
            """ + OWN + " AND t.typtype = 'd'\n";

    /** From 17 on the NOT NULL of a domain is a constraint with a name of its own. */
    private static final String NAMED_NOT_NULL = """
            coalesce((SELECT format(' CONSTRAINT %I', c.conname) FROM pg_constraint c
                       WHERE c.contypid = t.oid AND c.contype = 'n' AND c.conname <> t.typname || '_not_null'), '')
            || ' NOT NULL'""";

    /** Apart from their domain, because they may call functions that take it. */
    private static final String DOMAIN_CONSTRAINTS = """
            SELECT 'CONSTRAINT', c.tableoid, c.oid, '',
                   format('%I ON DOMAIN %s', c.conname, {name n.nspname t.typname}), NULL, NULL, NULL,
                   CASE c.contype WHEN 'c' THEN
                   ARRAY[format('ALTER DOMAIN %s ADD CONSTRAINT %I %s', {name n.nspname t.typname}, c.conname,
                                pg_get_constraintdef(c.oid))] END
              FROM pg_constraint c JOIN pg_type t ON t.oid = c.contypid JOIN pg_namespace n ON n.oid = t.typnamespace
             WHERE {ours n} AND {free t} AND c.contype IN ('c', 'n')
            """;

    @Override
    public String sql(int version) {
        String types = TYPES.replace("<enumeration>", ENUMERATION).replace("<composite>", COMPOSITE)
                .replace("<range>", RANGE).replace("<base>", BASE);
        String domains = DOMAINS.replace("<not null>", version >= 17 ? NAMED_NOT_NULL : "' NOT NULL'");
        return String.join("UNION ALL\n", SHELL, types, domains, DOMAIN_CONSTRAINTS);
    }
}
