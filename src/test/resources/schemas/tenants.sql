CREATE SCHEMA core;
CREATE SCHEMA tenant;
CREATE SCHEMA api;
ALTER SCHEMA api OWNER TO rubicon_owner;
CREATE TYPE core.plan AS ENUM ('free', 'team', 'enterprise');
CREATE FUNCTION core.current_tenant() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT nullif(current_setting('app.tenant', true), '')::uuid $$;
CREATE TABLE core.tenants (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, name text NOT NULL, plan core.plan DEFAULT 'free' NOT NULL,
    seats int GENERATED ALWAYS AS (5) STORED, created date DEFAULT CURRENT_DATE);
CREATE TABLE core.members (tenant_id uuid REFERENCES core.tenants ON DELETE CASCADE, login text, role text DEFAULT 'member'
    CHECK (role IN ('owner', 'admin', 'member')), PRIMARY KEY (tenant_id, login));
CREATE FUNCTION core.is_member(tenant uuid, who text) RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = core, pg_temp AS $$ SELECT EXISTS (SELECT FROM core.members m WHERE m.tenant_id = tenant AND m.login = who) $$;
CREATE UNIQUE INDEX one_owner ON core.members (tenant_id) WHERE role = 'owner';
CREATE TABLE tenant.projects (tenant_id uuid DEFAULT core.current_tenant() NOT NULL REFERENCES core.tenants, id bigint GENERATED ALWAYS AS IDENTITY,
    name text NOT NULL, archived boolean DEFAULT false, PRIMARY KEY (tenant_id, id)) PARTITION BY HASH (tenant_id);
CREATE TABLE tenant.projects_0 PARTITION OF tenant.projects FOR VALUES WITH (MODULUS 4, REMAINDER 0);
CREATE TABLE tenant.projects_1 PARTITION OF tenant.projects FOR VALUES WITH (MODULUS 4, REMAINDER 1);
CREATE TABLE tenant.projects_2 PARTITION OF tenant.projects FOR VALUES WITH (MODULUS 4, REMAINDER 2);
CREATE TABLE tenant.projects_3 PARTITION OF tenant.projects FOR VALUES WITH (MODULUS 4, REMAINDER 3);
CREATE TABLE tenant.tasks (tenant_id uuid DEFAULT core.current_tenant() NOT NULL, id bigint NOT NULL, project_id bigint NOT NULL,
    title text NOT NULL, due date, weight real DEFAULT 1.5, done_at timestamptz, labels text[], PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, project_id) REFERENCES tenant.projects (tenant_id, id) ON DELETE CASCADE) PARTITION BY LIST (tenant_id);
CREATE TABLE tenant.tasks_big PARTITION OF tenant.tasks FOR VALUES IN ('00000000-0000-0000-0000-000000000001')
    PARTITION BY RANGE (id);
CREATE TABLE tenant.tasks_big_1 PARTITION OF tenant.tasks_big FOR VALUES FROM (MINVALUE) TO (1000000);
CREATE TABLE tenant.tasks_big_2 PARTITION OF tenant.tasks_big FOR VALUES FROM (1000000) TO (MAXVALUE);
CREATE TABLE tenant.tasks_other PARTITION OF tenant.tasks DEFAULT;
CREATE SEQUENCE tenant.task_ids AS bigint CACHE 50 OWNED BY tenant.tasks.id;
ALTER TABLE tenant.tasks ALTER id SET DEFAULT nextval('tenant.task_ids');
CREATE INDEX tasks_project ON tenant.tasks (tenant_id, project_id);
CREATE INDEX tasks_due ON tenant.tasks (due) WHERE done_at IS NULL;
CREATE INDEX tasks_labels ON tenant.tasks USING gin (labels);
CREATE TABLE tenant.files (tenant_id uuid NOT NULL, id uuid DEFAULT gen_random_uuid(), task_id bigint, body bytea, sha text
    GENERATED ALWAYS AS (encode(sha256(body), 'hex')) STORED, PRIMARY KEY (tenant_id, id));
ALTER TABLE tenant.files ALTER body SET STORAGE EXTERNAL;
CREATE TABLE tenant.log (tenant_id uuid, at timestamptz DEFAULT now(), what jsonb);
CREATE INDEX ON tenant.log USING brin (at) WITH (pages_per_range = 32);
ALTER TABLE core.tenants ENABLE ROW LEVEL SECURITY;
ALTER TABLE core.members ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
ALTER TABLE tenant.projects ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant.tasks ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant.files ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON core.tenants USING (id = core.current_tenant());
CREATE POLICY own_members ON core.members USING (tenant_id = core.current_tenant()) WITH CHECK (core.is_member(tenant_id, CURRENT_USER));
CREATE POLICY own_projects ON tenant.projects TO rubicon_app USING (tenant_id = core.current_tenant());
CREATE POLICY not_archived ON tenant.projects AS RESTRICTIVE FOR DELETE TO rubicon_app USING (NOT archived);
CREATE POLICY own_tasks ON tenant.tasks TO rubicon_app USING (EXISTS (SELECT FROM tenant.projects p
    WHERE p.tenant_id = tasks.tenant_id AND p.id = tasks.project_id));
CREATE POLICY read_files ON tenant.files FOR SELECT TO rubicon_reader, rubicon_app USING (true);
CREATE FUNCTION tenant.logged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO tenant.log (tenant_id, what) VALUES (coalesce(NEW.tenant_id, OLD.tenant_id), to_jsonb(NEW)); RETURN NULL; END $$;
CREATE TRIGGER logged AFTER INSERT OR UPDATE OR DELETE ON tenant.tasks FOR EACH ROW EXECUTE FUNCTION tenant.logged();
CREATE TRIGGER logged AFTER INSERT OR UPDATE ON tenant.files FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION tenant.logged();
CREATE VIEW api.tasks AS SELECT t.id, t.title, t.due, p.name AS project FROM tenant.tasks t
    JOIN tenant.projects p ON p.tenant_id = t.tenant_id AND p.id = t.project_id WHERE t.done_at IS NULL;
CREATE VIEW api.projects AS SELECT p.tenant_id, p.id, p.name, count(t.id) AS open FROM tenant.projects p
    LEFT JOIN tenant.tasks t ON t.tenant_id = p.tenant_id AND t.project_id = p.id GROUP BY p.tenant_id, p.id;
CREATE FUNCTION api.add_task(project bigint, title text, labels text[] DEFAULT '{}') RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE made bigint;
BEGIN
    INSERT INTO tenant.tasks (project_id, title, labels) VALUES (project, title, labels) RETURNING id INTO made;
    RETURN made;
END $$;
CREATE RULE no_delete AS ON DELETE TO api.tasks DO INSTEAD UPDATE tenant.tasks SET done_at = now() WHERE tasks.id = OLD.id;
ALTER VIEW api.tasks OWNER TO rubicon_owner;
GRANT USAGE ON SCHEMA core, tenant, api TO rubicon_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON tenant.projects, tenant.tasks, tenant.files TO rubicon_app;
GRANT SELECT ON api.tasks TO rubicon_app, rubicon_reader;
REVOKE EXECUTE ON FUNCTION api.add_task(bigint, text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION api.add_task(bigint, text, text[]) TO rubicon_app;
COMMENT ON POLICY own_tasks ON tenant.tasks IS 'by way of the project';
