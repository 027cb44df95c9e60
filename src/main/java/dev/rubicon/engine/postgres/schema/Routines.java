package dev.rubicon.engine.postgres.schema;

/**
 * Functions, procedures and aggregates; those that a range type brings along are part of the type. Of an argument's name
 * and default only the definition tells: the name of the object is that of its signature. Of procedures by the same name,
 * one with an OUT argument is told from the others only by all arguments and their modes.
 */
final class Routines implements Family {

    static final String NAME = """
            CASE WHEN p.prokind = 'p' AND EXISTS (
                           SELECT FROM pg_proc o WHERE o.pronamespace = p.pronamespace AND o.proname = p.proname
                              AND o.oid <> p.oid AND o.proargmodes @> '{o}')
                 THEN format('%s(%s)', p.oid::regproc, pg_get_function_identity_arguments(p.oid))
                 ELSE p.oid::regprocedure::text END""";

    private static final String OWN = """
              FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE {ours n} AND NOT EXISTS (SELECT FROM pg_depend x WHERE x.classid = p.tableoid AND x.objid = p.oid
                                               AND x.deptype IN ('e', 'i'))
            """;

    private static final String ROUTINES = """
            SELECT CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END AS kind, p.tableoid AS class,
                   p.oid, '' AS part,
                   """ + NAME + """
             AS name, pg_get_userbyid(p.proowner)::text AS owner,
                   NULL::text[] AS roles, NULL::text AS stand_in,
                   ARRAY[rtrim(pg_get_functiondef(p.oid), E'\\n')] AS statements
            """ + OWN + " AND p.prokind <> 'a'\n";

    private static final String AGGREGATES = """
            SELECT 'AGGREGATE', p.tableoid, p.oid, '',
                   format('%s(%s)', {name n.nspname p.proname},
                          CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_get_function_identity_arguments(p.oid) END),
                   pg_get_userbyid(p.proowner), NULL, NULL,
                   ARRAY[format(E'CREATE AGGREGATE %s(%s) (\\n    %s\\n)', {name n.nspname p.proname},
                                CASE WHEN p.pronargs = 0 THEN '*' ELSE pg_get_function_arguments(p.oid) END,
                   concat_ws(E',\\n    ', 'SFUNC = ' || a.aggtransfn, 'STYPE = ' || format_type(a.aggtranstype, NULL),
                   'SSPACE = ' || nullif(a.aggtransspace, 0), 'FINALFUNC = ' || nullif(a.aggfinalfn::oid, 0)::regproc,
                   CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
                   CASE WHEN a.aggfinalfn <> 0 THEN 'FINALFUNC_MODIFY = ' || CASE a.aggfinalmodify
                        WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
                   'COMBINEFUNC = ' || nullif(a.aggcombinefn::oid, 0)::regproc,
                   'SERIALFUNC = ' || nullif(a.aggserialfn::oid, 0)::regproc,
                   'DESERIALFUNC = ' || nullif(a.aggdeserialfn::oid, 0)::regproc,
                   'INITCOND = ' || quote_literal(a.agginitval),
                   'MSFUNC = ' || nullif(a.aggmtransfn::oid, 0)::regproc,
                   'MINVFUNC = ' || nullif(a.aggminvtransfn::oid, 0)::regproc,
                   'MSTYPE = ' || format_type(nullif(a.aggmtranstype, 0), NULL),
                   'MSSPACE = ' || nullif(a.aggmtransspace, 0), 'MFINALFUNC = ' || nullif(a.aggmfinalfn::oid, 0)::regproc,
                   CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
                   CASE WHEN a.aggmfinalfn <> 0 THEN 'MFINALFUNC_MODIFY = ' || CASE a.aggmfinalmodify
                        WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
                   'MINITCOND = ' || quote_literal(a.aggminitval),
                   'SORTOP = ' || (SELECT 'OPERATOR(' || quote_ident(s.nspname) || '.' || o.oprname || ')' FROM pg_operator o
                                   JOIN pg_namespace s ON s.oid = o.oprnamespace WHERE o.oid = a.aggsortop),
                   CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE' WHEN 'r' THEN 'PARALLEL = RESTRICTED' END,
                   CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END))]
              FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE {ours n} AND {free p}
            """;

    @Override
    public String sql(int version) {
        return ROUTINES + "UNION ALL\n" + AGGREGATES;
    }
}
