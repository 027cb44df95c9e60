package dev.rubicon.engine.postgres.schema;

/** Operators, their classes and families, and casts. */
final class Operators implements Family {

    private static final String OPERATORS = """
            SELECT 'OPERATOR' AS kind, o.tableoid AS class, o.oid, '' AS part,
                   format('%I.%s (%s, %s)', n.nspname, o.oprname, coalesce(format_type(nullif(o.oprleft, 0), NULL), 'NONE'),
                          coalesce(format_type(nullif(o.oprright, 0), NULL), 'NONE')) AS name,
                   pg_get_userbyid(o.oprowner)::text AS owner, NULL::text[] AS roles, NULL::text AS stand_in,
                   ARRAY[format(E'CREATE OPERATOR %I.%s (\\n    %s\\n)', n.nspname, o.oprname, concat_ws(E',\\n    ',
                         'FUNCTION = ' || o.oprcode, 'LEFTARG = ' || format_type(nullif(o.oprleft, 0), NULL),
                         'RIGHTARG = ' || format_type(nullif(o.oprright, 0), NULL),
                         (SELECT format('COMMUTATOR = OPERATOR(%I.%s)', s.nspname, c.oprname) FROM pg_operator c
                           JOIN pg_namespace s ON s.oid = c.oprnamespace WHERE c.oid = o.oprcom),
                         (SELECT format('NEGATOR = OPERATOR(%I.%s)', s.nspname, c.oprname) FROM pg_operator c
                           JOIN pg_namespace s ON s.oid = c.oprnamespace WHERE c.oid = o.oprnegate),
                         'RESTRICT = ' || nullif(o.oprrest::oid, 0)::regproc, 'JOIN = ' || nullif(o.oprjoin::oid, 0)::regproc,
                         CASE WHEN o.oprcanmerge THEN 'MERGES' END, CASE WHEN o.oprcanhash THEN 'HASHES' END))] AS statements
              FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
             WHERE o.oprcode <> 0 AND {ours n} AND {free o}
            """;

    /** What an access method does by number: the operators, then the functions. */
    private static final String MEMBERS = """
            WITH members AS (
                SELECT m.tableoid AS catalog, m.oid, m.amopfamily AS family, 1 AS place, m.amopstrategy::int AS number,
                       format('OPERATOR %s %s', m.amopstrategy, m.amopopr::regoperator)
                       || coalesce((SELECT ' FOR ORDER BY ' || {name s.nspname f.opfname} FROM pg_opfamily f
                                     JOIN pg_namespace s ON s.oid = f.opfnamespace WHERE f.oid = m.amopsortfamily), '') AS member
                  FROM pg_amop m
                UNION ALL
                SELECT m.tableoid, m.oid, m.amprocfamily, 2, m.amprocnum,
                       format('FUNCTION %s (%s, %s) %s', m.amprocnum, format_type(m.amproclefttype, NULL),
                              format_type(m.amprocrighttype, NULL), m.amproc::oid::regprocedure)
                  FROM pg_amproc m)
            """;

    private static final String CLASSES = """
            SELECT 'OPERATOR_FAMILY', f.tableoid, f.oid, '', {name n.nspname f.opfname} || ' USING ' || quote_ident(a.amname),
                   pg_get_userbyid(f.opfowner), NULL, NULL,
                   ARRAY[format('CREATE OPERATOR FAMILY %s USING %I', {name n.nspname f.opfname}, a.amname)]
              FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace JOIN pg_am a ON a.oid = f.opfmethod
             WHERE {ours n} AND {free f}
            UNION ALL
            SELECT 'OPERATOR_FAMILY', m.catalog, m.oid, '', {name n.nspname f.opfname} || ' USING ' || quote_ident(a.amname),
                   NULL, NULL, NULL,
                   ARRAY[format('ALTER OPERATOR FAMILY %s USING %I ADD %s', {name n.nspname f.opfname}, a.amname, m.member)]
              FROM members m JOIN pg_opfamily f ON f.oid = m.family JOIN pg_namespace n ON n.oid = f.opfnamespace
              JOIN pg_am a ON a.oid = f.opfmethod
             WHERE {ours n} AND {free f} AND NOT EXISTS (
                   SELECT FROM pg_depend d WHERE d.classid = m.catalog AND d.objid = m.oid
                      AND d.refclassid = 'pg_opclass'::regclass AND d.deptype = 'i')
            UNION ALL
            SELECT 'OPERATOR_CLASS', c.tableoid, c.oid, '', {name n.nspname c.opcname} || ' USING ' || quote_ident(a.amname),
                   pg_get_userbyid(c.opcowner), NULL, NULL,
                   ARRAY[format(E'CREATE OPERATOR CLASS %s %sFOR TYPE %s USING %I FAMILY %s AS\\n    %s',
                                {name n.nspname c.opcname}, CASE WHEN c.opcdefault THEN 'DEFAULT ' END,
                                format_type(c.opcintype, NULL), a.amname, {name fn.nspname f.opfname},
                                concat_ws(E',\\n    ', 'STORAGE ' || format_type(coalesce(nullif(c.opckeytype, 0), c.opcintype), NULL),
                                (SELECT string_agg(m.member, E',\\n    ' ORDER BY m.place, m.number, m.member)
                                   FROM members m JOIN pg_depend d ON d.classid = m.catalog AND d.objid = m.oid
                                  WHERE d.refclassid = c.tableoid AND d.refobjid = c.oid AND d.deptype = 'i')))]
              FROM pg_opclass c JOIN pg_namespace n ON n.oid = c.opcnamespace JOIN pg_am a ON a.oid = c.opcmethod
              JOIN pg_opfamily f ON f.oid = c.opcfamily JOIN pg_namespace fn ON fn.oid = f.opfnamespace
             WHERE {ours n} AND {free c}
            """;

    private static final String CASTS = """
            SELECT 'CAST', c.tableoid, c.oid, '',
                   format('(%s AS %s)', format_type(c.castsource, NULL), format_type(c.casttarget, NULL)), NULL, NULL, NULL,
                   ARRAY[format('CREATE CAST (%s AS %s) %s%s', format_type(c.castsource, NULL),
                                format_type(c.casttarget, NULL),
                                CASE c.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || c.castfunc::regprocedure
                                                  WHEN 'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END,
                                CASE c.castcontext WHEN 'i' THEN ' AS IMPLICIT' WHEN 'a' THEN ' AS ASSIGNMENT' END)]
              FROM pg_cast c
             WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = c.tableoid AND x.objid = c.oid
                                                 AND x.deptype IN ('e', 'i'))
            """;

    @Override
    public String sql(int version) {
        return MEMBERS + String.join("UNION ALL\n", OPERATORS, CLASSES, CASTS);
    }
}
