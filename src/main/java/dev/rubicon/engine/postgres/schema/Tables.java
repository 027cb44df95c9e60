package dev.rubicon.engine.postgres.schema;

/**
 * Ordinary, partitioned and foreign tables with their columns. A partition is made by itself and then attached, so that its
 * columns keep their own order; another child of a table names its own columns alone. Defaults that need something made
 * before them come apart.
 */
final class Tables implements Family {

    /** Defaults that call or read something made by users; the server knows by what they depend on. */
    private static final String LATER = """
            SELECT DISTINCT d.objid AS oid FROM pg_depend d
             WHERE d.classid = 'pg_attrdef'::regclass AND d.deptype = 'n' AND d.refobjid >= 16384
               AND d.refclassid IN ('pg_proc'::regclass, 'pg_class'::regclass, 'pg_operator'::regclass)""";

    private static final String IDENTITY = """
            SELECT d.refobjid AS relation, d.refobjsubid AS number,
                   format('SEQUENCE NAME %s START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s',
                          s.seqrelid::regclass, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
                          CASE WHEN s.seqcycle THEN ' CYCLE' END) AS sequence
              FROM pg_depend d JOIN pg_sequence s ON s.seqrelid = d.objid
             WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'i'""";

    /**
     * A column each. To print a default, no table is opened; a generated value names its own columns, so its table is, in
     * ACCESS SHARE for the moment.
     */
    private static final String COLUMNS = """
            SELECT a.attrelid, a.attnum, a.attname, c.oid::regclass AS relation, a.attstorage, a.attstattarget,
                   a.attoptions, a.attgenerated, t.typstorage,
                   c.reloftype <> 0 AS typed, a.attislocal OR c.relispartition AS printed,
                   a.attinhcount > 0 AND NOT c.relispartition AS inherited,
                   d.oid AS value, l.oid IS NOT NULL AS later,
                   format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
                   || coalesce(' OPTIONS (' || {options a.attfdwoptions} || ')', '')
                   || CASE a.attcompression WHEN 'p' THEN ' COMPRESSION pglz' WHEN 'l' THEN ' COMPRESSION lz4' ELSE '' END
                   || CASE WHEN a.attcollation <> t.typcollation THEN ' COLLATE ' || a.attcollation::regcollation
                           ELSE '' END AS head,
                   CASE WHEN i.sequence IS NOT NULL AND a.attidentity <> '' AND <own identity>
                        THEN format(' GENERATED %s AS IDENTITY (%s)',
                                    CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END, i.sequence)
                        WHEN a.attgenerated <> ''
                        THEN format(' GENERATED ALWAYS AS (%s) %s', pg_get_expr(d.adbin, d.adrelid),
                                    CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END)
                        WHEN d.oid IS NOT NULL AND l.oid IS NULL THEN ' DEFAULT ' || pg_get_expr(d.adbin, 0)
                        ELSE '' END AS filled,
                   <not null> AS obliged, <not null apart> AS obliged_apart, <not null after> AS obliged_after,
                   <not null of parent> AS obliged_by_parent
              FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
              JOIN pg_type t ON t.oid = a.atttypid
              LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
              LEFT JOIN later l ON l.oid = d.oid
              LEFT JOIN identities i ON i.relation = a.attrelid AND i.number = a.attnum
              <constraint>
             WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'm') AND {ours n} AND {free c}""";

    /** Up to 17 a mark of the column alone; whether a child has it from its parent shows in the parent. */
    private static final String MARK_OF_CHILD = """
            CASE WHEN a.attnotnull AND NOT a.attislocal AND NOT c.relispartition AND NOT EXISTS (
                     SELECT FROM pg_inherits h JOIN pg_attribute p ON p.attrelid = h.inhparent AND p.attname = a.attname
                      WHERE h.inhrelid = a.attrelid AND p.attnotnull)
                 THEN 'SET NOT NULL' END""";

    /**
     * From 18 on a constraint with a name; one that is not valid is added afterwards. The usual name is told only where
     * another constraint of the schema has the same, as after LIKE: the server would take another one then.
     */
    private static final String NAMED_NOT_NULL = """
            CASE WHEN o.convalidated AND (o.conislocal OR c.relispartition)
                 THEN CASE WHEN o.conname = c.relname || '_' || a.attname || '_not_null' AND NOT EXISTS (
                                    SELECT FROM pg_constraint s WHERE s.conname = o.conname AND s.oid <> o.oid
                                       AND s.connamespace = o.connamespace) THEN ''
                           ELSE format(' CONSTRAINT %I', o.conname) END || ' NOT NULL'
                      || CASE WHEN o.connoinherit THEN ' NO INHERIT' ELSE '' END ELSE '' END""";
    private static final String NAMED_APART = """
            CASE WHEN o.convalidated AND o.conislocal AND NOT a.attislocal AND NOT c.relispartition
                 THEN format('CONSTRAINT %I NOT NULL %I', o.conname, a.attname)
                      || CASE WHEN o.connoinherit THEN ' NO INHERIT' ELSE '' END END""";

    private static final String LINES = """
            SELECT attrelid, string_agg(E'\\n    ' || line, ',' ORDER BY attnum, place) AS lines
              FROM columns, LATERAL (VALUES
                   (1, CASE WHEN printed AND NOT typed THEN head || filled || obliged
                            WHEN printed AND filled || obliged <> ''
                            THEN format('%I WITH OPTIONS', attname) || filled || obliged END),
                   (2, obliged_apart)) AS printed_lines (place, line)
             WHERE line IS NOT NULL
             GROUP BY attrelid""";

    private static final String SETTINGS = """
            SELECT attrelid, array_agg(format('ALTER TABLE ONLY %s ALTER COLUMN %I ', relation, attname) || setting
                                       ORDER BY attnum, place) AS settings
              FROM columns, LATERAL (VALUES
                   (1, CASE WHEN attstorage <> typstorage THEN 'SET STORAGE ' || CASE attstorage WHEN 'p' THEN 'PLAIN'
                            WHEN 'e' THEN 'EXTERNAL' WHEN 'x' THEN 'EXTENDED' ELSE 'MAIN' END END),
                   (2, CASE WHEN attstattarget >= 0 THEN 'SET STATISTICS ' || attstattarget END),
                   (3, CASE WHEN attoptions IS NOT NULL THEN 'SET (' || {settings attoptions} || ')' END),
                   (4, CASE WHEN inherited AND value IS NULL AND EXISTS (
                                SELECT FROM pg_inherits h JOIN pg_attribute p ON p.attrelid = h.inhparent
                                 WHERE h.inhrelid = columns.attrelid AND p.attname = columns.attname AND p.atthasdef
                                   AND p.attgenerated = '')
                            THEN 'DROP DEFAULT' END),
                   (5, obliged_after)) AS set_later (place, setting)
             WHERE setting IS NOT NULL
             GROUP BY attrelid""";

    /**
     * Children that have all columns of their parents as their own too: they may stand in another order there, which they
     * keep when they are made alone and get their parents afterwards.
     */
    private static final String ATTACHED = """
            SELECT h.inhrelid AS attrelid, array_agg(format('ALTER TABLE %s INHERIT %s', h.inhrelid::regclass,
                                                            h.inhparent::regclass) ORDER BY h.inhseqno) AS parents
              FROM pg_inherits h
             WHERE NOT EXISTS (SELECT FROM columns m WHERE m.attrelid = h.inhrelid AND m.inherited
                                  AND (NOT m.printed OR m.obliged_by_parent))
               AND EXISTS (SELECT FROM columns m WHERE m.attrelid = h.inhrelid AND m.inherited)
             GROUP BY h.inhrelid""";

    private static final String TABLES = """
            SELECT CASE c.relkind WHEN 'f' THEN 'FOREIGN_TABLE' ELSE 'TABLE' END AS kind, c.tableoid AS class,
                   c.oid, '' AS part, c.oid::regclass::text AS name,
                   pg_get_userbyid(c.relowner)::text AS owner, NULL::text[] AS roles, NULL::text AS stand_in,
                   ARRAY['CREATE ' || CASE WHEN c.relpersistence = 'u' THEN 'UNLOGGED ' WHEN c.relkind = 'f' THEN 'FOREIGN '
                                           ELSE '' END || 'TABLE ' || c.oid::regclass
                         || CASE WHEN c.reloftype <> 0 THEN ' OF ' || format_type(c.reloftype, NULL)
                                 || coalesce(' (' || l.lines || E'\\n)', '')
                                 ELSE ' (' || coalesce(l.lines, '') || E'\\n)' END
                         || CASE WHEN NOT c.relispartition AND a.parents IS NULL THEN coalesce(
                                (SELECT E'\\nINHERITS (' || string_agg(h.inhparent::regclass::text, ', ' ORDER BY h.inhseqno)
                                        || ')' FROM pg_inherits h WHERE h.inhrelid = c.oid), '') ELSE '' END
                         || CASE WHEN c.relkind = 'p' THEN E'\\nPARTITION BY ' || pg_get_partkeydef(c.oid) ELSE '' END
                         || coalesce(E'\\nUSING ' || quote_ident(nullif(am.amname, 'heap')), '')
                         || coalesce(E'\\nSERVER ' || quote_ident(s.srvname)
                                     || coalesce(' OPTIONS (' || {options f.ftoptions} || ')', ''), ''),
                         CASE WHEN c.relispartition THEN format('ALTER TABLE ONLY %s ATTACH PARTITION %s %s',
                              (SELECT h.inhparent::regclass FROM pg_inherits h WHERE h.inhrelid = c.oid
                                ORDER BY h.inhseqno LIMIT 1),
                              c.oid::regclass, pg_get_expr(c.relpartbound, c.oid)) END,
                         'ALTER TABLE ' || c.oid::regclass || ' SET TABLESPACE ' || quote_ident(sp.spcname),
                         'ALTER TABLE ONLY ' || c.oid::regclass || ' REPLICA IDENTITY '
                         || CASE WHEN c.relkind = 'f' THEN NULL WHEN c.relreplident = 'n' THEN 'NOTHING'
                                 WHEN c.relreplident = 'f' THEN 'FULL' END,
                         CASE WHEN c.relrowsecurity THEN format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', c.oid::regclass) END,
                         CASE WHEN c.relforcerowsecurity
                              THEN format('ALTER TABLE ONLY %s FORCE ROW LEVEL SECURITY', c.oid::regclass) END]
                   || (SELECT array_agg(format('ALTER TABLE %s SET (%s%I = %L)', c.oid::regclass, o.prefix,
                                               split_part(o.text, '=', 1), substr(o.text, strpos(o.text, '=') + 1))
                                        ORDER BY o.prefix, o.number)
                         FROM (SELECT '' AS prefix, mine.* FROM unnest(c.reloptions) WITH ORDINALITY AS mine (text, number)
                               UNION ALL
                               SELECT 'toast.', behind.* FROM pg_class toast,
                                      unnest(toast.reloptions) WITH ORDINALITY AS behind (text, number)
                                WHERE toast.oid = c.reltoastrelid) AS o)
                   || a.parents || k.settings AS statements
              FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN attached a ON a.attrelid = c.oid
              LEFT JOIN lines l ON l.attrelid = c.oid
              LEFT JOIN settings k ON k.attrelid = c.oid
              LEFT JOIN pg_am am ON am.oid = c.relam
              LEFT JOIN pg_tablespace sp ON sp.oid = c.reltablespace AND c.relkind <> 'f'
              LEFT JOIN pg_foreign_table f ON f.ftrelid = c.oid
              LEFT JOIN pg_foreign_server s ON s.oid = f.ftserver
             WHERE c.relkind IN ('r', 'p', 'f') AND {ours n} AND {free c}
            """;

    /** Views have such defaults too. */
    private static final String DEFAULTS = """
            SELECT CASE c.relkind WHEN 'f' THEN 'FOREIGN_TABLE' WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END,
                   d.tableoid, d.oid, '', c.oid::regclass::text, NULL, NULL, NULL,
                   ARRAY[format('ALTER TABLE %s%s ALTER COLUMN %I SET DEFAULT %s',
                                CASE c.relkind WHEN 'v' THEN '' ELSE 'ONLY ' END, c.oid::regclass, a.attname,
                                pg_get_expr(d.adbin, 0))]
              FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
              JOIN pg_class c ON c.oid = d.adrelid JOIN pg_namespace n ON n.oid = c.relnamespace
             WHERE a.attgenerated = '' AND c.relkind IN ('r', 'p', 'f', 'v') AND {ours n} AND {free c}
               AND (NOT a.attislocal AND NOT c.relispartition OR c.relkind = 'v' OR d.oid IN (SELECT oid FROM later))
            """;

    /** What is set for columns of a materialized view, once that is made. */
    private static final String VIEW_SETTINGS = """
            SELECT 'MATERIALIZED_VIEW', c.tableoid, c.oid, 'columns', c.oid::regclass::text, NULL, NULL, NULL, k.settings
              FROM settings k JOIN pg_class c ON c.oid = k.attrelid
             WHERE c.relkind = 'm'
            """;

    @Override
    public String sql(int version) {
        String columns = COLUMNS.replace("<own identity>", version >= 17 ? "NOT c.relispartition" : "true");
        String named = version >= 18
                ? columns.replace("<not null>", NAMED_NOT_NULL).replace("<not null apart>", NAMED_APART)
                        .replace("<not null after>", "NULL::text")
                        .replace("<not null of parent>", "coalesce(NOT o.conislocal, false)").replace("<constraint>", """
                                LEFT JOIN pg_constraint o ON o.conrelid = a.attrelid AND o.contype = 'n'
                                                         AND o.conkey[1] = a.attnum""")
                : columns.replace("<not null>", "CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END")
                        .replace("<not null apart>", "NULL::text").replace("<not null after>", MARK_OF_CHILD)
                        .replace("<not null of parent>", "false")
                        .replace("<constraint>", "");
        return """
                WITH later AS (%s),
                identities AS (%s),
                columns AS MATERIALIZED (%s),
                lines AS (%s),
                attached AS (%s),
                settings AS (%s)
                """.formatted(LATER, IDENTITY, named, LINES, ATTACHED, SETTINGS)
                + String.join("UNION ALL\n", TABLES, DEFAULTS, VIEW_SETTINGS);
    }
}
