package dev.rubicon.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.rubicon.plan.PlanRoom;
import dev.rubicon.plan.Severity;
import dev.rubicon.registry.EngineKind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Migrations of every day that harm nobody: the rules that are on by default say nothing graver than info of them. */
class HarmlessMigrationsTest {

    private static PlanRoom room;

    @BeforeAll
    static void open() {
        room = new PlanRoom();
    }

    @AfterAll
    static void close() {
        room.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("migrations")
    void saysNothingGraverThanInfo(String name, String sql) {
        for (boolean wrapped : List.of(false, true)) {
            if (wrapped && sql.contains("CONCURRENTLY") || wrapped && sql.contains("BEGIN;")) {
                continue;
            }
            var findings = room.get(Judgement.class).judge(List.of(new ScriptFile(name, sql, "forward", wrapped)),
                    EngineKind.POSTGRESQL, Terms.TEXT).getFirst().verdict().findings();
            assertThat(findings).filteredOn(finding -> finding.severity() != Severity.INFO).as(sql).isEmpty();
        }
    }

    static Stream<Arguments> migrations() {
        return Stream.of(one("a table with all that belongs to it", """
                CREATE TABLE invoices (
                  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                  number text NOT NULL UNIQUE,
                  total numeric(12, 2) NOT NULL DEFAULT 0 CHECK (total >= 0),
                  issued_at timestamptz NOT NULL DEFAULT now());
                CREATE INDEX invoices_issued_at ON invoices (issued_at);
                COMMENT ON TABLE invoices IS 'What customers are asked to pay';
                """), one("two tables that refer to each other", """
                CREATE TABLE authors (id bigserial PRIMARY KEY, name text NOT NULL);
                CREATE TABLE books (id bigserial PRIMARY KEY, author_id bigint NOT NULL REFERENCES authors (id));
                CREATE INDEX books_author_id ON books (author_id);
                """), one("a key between tables of the same file, added later", """
                CREATE TABLE a (id bigint PRIMARY KEY);
                CREATE TABLE b (id bigint PRIMARY KEY, a_id bigint);
                CREATE INDEX b_a_id ON b (a_id);
                ALTER TABLE b ADD CONSTRAINT b_a_fk FOREIGN KEY (a_id) REFERENCES a (id);
                """), one("a nullable column", "ALTER TABLE users ADD COLUMN nickname text;"),
                one("a column with a constant default",
                        "ALTER TABLE users ADD COLUMN active boolean NOT NULL DEFAULT true;"),
                one("a column with a stable default",
                        "ALTER TABLE users ADD COLUMN created_at timestamptz NOT NULL DEFAULT now();"),
                one("two columns in one statement",
                        "ALTER TABLE users ADD COLUMN a text, ADD COLUMN b integer DEFAULT 0;"),
                one("a column that may be there", "ALTER TABLE IF EXISTS users ADD COLUMN IF NOT EXISTS bio text;"),
                one("a concurrent index", "CREATE INDEX CONCURRENTLY users_email_idx ON users (email);"),
                one("a concurrent unique index", """
                        CREATE UNIQUE INDEX CONCURRENTLY users_email_key ON users (lower(email)) WHERE email IS NOT NULL;
                        """), one("a concurrent drop", "DROP INDEX CONCURRENTLY IF EXISTS users_email_idx;"),
                one("comments", """
                        COMMENT ON TABLE users IS 'People who log in';
                        COMMENT ON COLUMN users.email IS 'Where they are written to';
                        """), one("grants", """
                        GRANT SELECT, INSERT ON users TO app;
                        GRANT USAGE ON SCHEMA public TO reporting;
                        REVOKE ALL ON users FROM PUBLIC;
                        ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reporting;
                        """), one("a function", """
                        CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
                        BEGIN
                          NEW.updated_at := now();
                          RETURN NEW;
                        END $$;
                        """), one("a function in SQL", """
                        CREATE FUNCTION full_name(first text, last text) RETURNS text LANGUAGE sql IMMUTABLE
                          AS $$ SELECT first || ' ' || last $$;
                        """), one("a trigger on a table made there", """
                        CREATE TABLE logs (id bigserial PRIMARY KEY, at timestamptz);
                        CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.at := now(); RETURN NEW; END$$;
                        CREATE TRIGGER logs_stamp BEFORE INSERT ON logs FOR EACH ROW EXECUTE FUNCTION stamp();
                        """), one("seed rows into a table made there", """
                        CREATE TABLE countries (code char(2) PRIMARY KEY, name text NOT NULL);
                        INSERT INTO countries VALUES ('de', 'Germany'), ('fr', 'France');
                        """), one("seed rows into a table that was there", """
                        INSERT INTO roles (name) VALUES ('admin'), ('viewer') ON CONFLICT (name) DO NOTHING;
                        """), one("a setting changed by its key",
                        "UPDATE settings SET value = 'on' WHERE key = 'feature.search';"),
                one("one row deleted by its key", "DELETE FROM permissions WHERE name = 'legacy_export';"),
                one("an enumeration and a table with it", """
                        CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
                        CREATE TABLE people (id bigint PRIMARY KEY, mood mood NOT NULL DEFAULT 'ok');
                        """), one("a value of an enumeration",
                        "ALTER TYPE mood ADD VALUE IF NOT EXISTS 'ecstatic' AFTER 'happy';"),
                one("an extension", "CREATE EXTENSION IF NOT EXISTS pgcrypto;"),
                one("a schema with a table", """
                        CREATE SCHEMA IF NOT EXISTS billing;
                        CREATE TABLE billing.plans (id bigint PRIMARY KEY, name text NOT NULL);
                        """), one("a view", "CREATE VIEW active_users AS SELECT id, email FROM users WHERE active;"),
                one("a view replaced",
                        "CREATE OR REPLACE VIEW active_users AS SELECT id, email FROM users WHERE active;"),
                one("a view dropped and made anew", """
                        DROP VIEW IF EXISTS active_users;
                        CREATE VIEW active_users AS SELECT id, email, name FROM users WHERE active;
                        """), one("a materialized view with its index", """
                        CREATE MATERIALIZED VIEW totals AS SELECT 1 AS id, 2 AS total;
                        CREATE UNIQUE INDEX totals_id ON totals (id);
                        """), one("a sequence", "CREATE SEQUENCE IF NOT EXISTS order_numbers START 1000;"),
                one("a default changed", "ALTER TABLE users ALTER COLUMN locale SET DEFAULT 'en';"),
                one("a default dropped", "ALTER TABLE users ALTER COLUMN locale DROP DEFAULT;"),
                one("a constraint that is not validated yet",
                        "ALTER TABLE users ADD CONSTRAINT users_age CHECK (age > 0) NOT VALID;"),
                one("a constraint validated", "ALTER TABLE users VALIDATE CONSTRAINT users_age;"),
                one("a key that is not validated yet", """
                        ALTER TABLE orders ADD CONSTRAINT orders_user_fk FOREIGN KEY (user_id) REFERENCES users (id) NOT VALID;
                        """), one("a wider varchar is no change of rows made there", """
                        CREATE TABLE t (id bigint PRIMARY KEY, name varchar(10));
                        ALTER TABLE t ALTER COLUMN name TYPE varchar(20);
                        """), one("a table partitioned from the start", """
                        CREATE TABLE events (id bigint, at timestamptz NOT NULL) PARTITION BY RANGE (at);
                        CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
                        CREATE INDEX events_at ON events (at);
                        """), one("statistics", "ANALYZE users;"), one("storage parameters",
                        "ALTER TABLE users SET (autovacuum_vacuum_scale_factor = 0.02);"),
                one("column statistics", "ALTER TABLE users ALTER COLUMN email SET STATISTICS 500;"),
                one("a dump's head", """
                        SET statement_timeout = 0;
                        SET lock_timeout = 0;
                        SET client_encoding = 'UTF8';
                        SELECT pg_catalog.set_config('search_path', '', false);
                        CREATE TABLE public.things (id bigint NOT NULL, name text);
                        ALTER TABLE ONLY public.things ADD CONSTRAINT things_pkey PRIMARY KEY (id);
                        CREATE INDEX things_name ON public.things USING btree (name);
                        """), one("a transaction of its own", """
                        BEGIN;
                        SET LOCAL lock_timeout = '2s';
                        ALTER TABLE users ADD COLUMN region text;
                        COMMIT;
                        """), one("a DO block that makes a role if it is missing", """
                        DO $$ BEGIN
                          IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'reporting') THEN
                            CREATE ROLE reporting;
                          END IF;
                        END $$;
                        """), one("a temporary table", """
                        CREATE TEMPORARY TABLE found AS SELECT id FROM users WHERE email IS NULL;
                        DROP TABLE found;
                        """), one("a table made and dropped", """
                        CREATE TABLE scratch (id bigint PRIMARY KEY);
                        DROP TABLE scratch;
                        """), one("queries", """
                        SELECT count(*) FROM users;
                        SELECT setval('users_id_seq', (SELECT max(id) FROM users));
                        EXPLAIN SELECT 1;
                        """), one("a policy on a table made there", """
                        CREATE TABLE notes (id bigint PRIMARY KEY, owner text NOT NULL);
                        ALTER TABLE notes ENABLE ROW LEVEL SECURITY;
                        CREATE POLICY own_notes ON notes USING (owner = current_user);
                        """), one("nothing at all but a comment", "-- nothing to do here"));
    }

    private static Arguments one(String name, String sql) {
        return arguments(name, sql);
    }
}
