package dev.rubicon.engine.postgres.schema;

/**
 * Triggers of tables and of events, policies, and statistics. A partition has the triggers of its parent; only where one of
 * them is set otherwise than the parent's it is told. Triggers that call Rubicon's functions are Rubicon's own.
 */
final class Triggers implements Family {

    private static final String STATE = """
            CASE t.<enabled> WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS'
                             WHEN 'O' THEN <normal> END""";

    private static final String TRIGGERS = """
            SELECT 'TRIGGER' AS kind, t.tableoid AS class, t.oid, '' AS part,
                   format('%I ON %s', t.tgname, c.oid::regclass) AS name, NULL::text AS owner, NULL::text[] AS roles,
                   NULL::text AS stand_in,
                   ARRAY[CASE WHEN t.tgparentid = 0 THEN pg_get_triggerdef(t.oid) END,
                         'ALTER TABLE ' || c.oid::regclass || ' ' || <state> || ' TRIGGER ' || quote_ident(t.tgname)]
                   AS statements
              FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace pn ON pn.oid = p.pronamespace
              LEFT JOIN pg_trigger u ON u.oid = t.tgparentid
             WHERE (t.tgparentid = 0 AND NOT t.tgisinternal OR t.tgenabled <> u.tgenabled AND NOT EXISTS (
                        SELECT FROM pg_constraint k WHERE k.oid = t.tgconstraint AND k.contype = 'f'))
               AND pn.nspname <> 'rubicon' AND {ours n} AND {free c} AND {free t}
            """;

    private static final String EVENTS = """
            SELECT 'EVENT_TRIGGER', t.tableoid, t.oid, '', quote_ident(t.evtname), pg_get_userbyid(t.evtowner), NULL, NULL,
                   ARRAY[format('CREATE EVENT TRIGGER %I ON %s%s EXECUTE FUNCTION %s()', t.evtname, t.evtevent,
                                (SELECT E'\\n    WHEN TAG IN (' || string_agg(quote_literal(tag), ', ' ORDER BY number) || E')\\n   '
                                   FROM unnest(t.evttags) WITH ORDINALITY AS listed (tag, number)), t.evtfoid::regproc),
                         'ALTER EVENT TRIGGER ' || quote_ident(t.evtname) || ' ' || <state>]
              FROM pg_event_trigger t JOIN pg_proc p ON p.oid = t.evtfoid JOIN pg_namespace pn ON pn.oid = p.pronamespace
             WHERE pn.nspname <> 'rubicon' AND {free t}
            """;

    private static final String POLICIES = """
            SELECT 'POLICY', p.tableoid, p.oid, '', format('%I ON %s', p.polname, c.oid::regclass), NULL,
                   (SELECT array_agg(r.rolname::text) FROM pg_roles r WHERE r.oid = ANY (p.polroles)), NULL,
                   ARRAY[format('CREATE POLICY %I ON %s', p.polname, c.oid::regclass)
                         || CASE WHEN p.polpermissive THEN '' ELSE ' AS RESTRICTIVE' END
                         || ' FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'
                                                     WHEN 'd' THEN 'DELETE' ELSE 'ALL' END
                         || ' TO ' || coalesce((SELECT string_agg(quote_ident(r.rolname), ', ' ORDER BY r.rolname)
                                                  FROM pg_roles r WHERE r.oid = ANY (p.polroles)), 'PUBLIC')
                         || coalesce(E'\\n    USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
                         || coalesce(E'\\n    WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')]
              FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE {ours n} AND {free c}
            UNION ALL
            SELECT 'STATISTICS', s.tableoid, s.oid, '', {name n.nspname s.stxname}, pg_get_userbyid(s.stxowner), NULL, NULL,
                   ARRAY[pg_get_statisticsobjdef(s.oid),
                         CASE WHEN s.stxstattarget >= 0 THEN format('ALTER STATISTICS %s SET STATISTICS %s',
                                                                    {name n.nspname s.stxname}, s.stxstattarget) END]
              FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
             WHERE {ours n} AND {free s}
            """;

    @Override
    public String sql(int version) {
        String normal = "CASE WHEN t.tgparentid <> 0 THEN 'ENABLE' END";
        return String.join("UNION ALL\n",
                TRIGGERS.replace("<state>", STATE.replace("<enabled>", "tgenabled").replace("<normal>", normal)),
                EVENTS.replace("<state>", STATE.replace("<enabled>", "evtenabled").replace("<normal>", "NULL")),
                POLICIES);
    }
}
