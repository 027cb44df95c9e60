-- Statements of every kind that migrations have, for the command line to be made ready with. Never run.
CREATE TABLE users (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username text NOT NULL UNIQUE,
    email varchar(200),
    balance numeric(12, 2) DEFAULT 0 CHECK (balance >= 0),
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE orders (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id bigint REFERENCES users (id), state text)
    PARTITION BY HASH (id);
CREATE TABLE orders_0 PARTITION OF orders FOR VALUES WITH (MODULUS 2, REMAINDER 0);
ALTER TABLE orders DETACH PARTITION orders_0;
ALTER TABLE users ADD COLUMN display_name text, ADD COLUMN token uuid NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE users ALTER COLUMN email SET NOT NULL, ALTER COLUMN email TYPE text USING lower(email);
ALTER TABLE users ADD CONSTRAINT users_email_check CHECK (email LIKE '%@%') NOT VALID;
ALTER TABLE users VALIDATE CONSTRAINT users_email_check;
ALTER TABLE users RENAME COLUMN username TO login;
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE;
ALTER TABLE users DROP COLUMN IF EXISTS balance CASCADE;
ALTER TABLE users ADD CONSTRAINT users_token UNIQUE (token);
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE INDEX users_email_idx ON users (lower(email)) WHERE display_name IS NOT NULL;
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_login ON users USING btree (login);
DROP INDEX CONCURRENTLY users_email_idx;
REINDEX TABLE users;
CREATE TYPE mood AS ENUM ('good', 'bad');
ALTER TYPE mood ADD VALUE 'fair';
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE SEQUENCE tickets;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE SCHEMA app;
CREATE OR REPLACE VIEW active AS SELECT u.id, count(*) AS n FROM users u JOIN orders o ON o.user_id = u.id GROUP BY u.id;
CREATE MATERIALIZED VIEW totals AS WITH t AS (SELECT state, count(*) AS n FROM orders GROUP BY state) SELECT * FROM t;
REFRESH MATERIALIZED VIEW totals;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.created_at := now();
    RETURN NEW;
END;
$$;
CREATE TRIGGER users_touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();
DO $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM users WHERE login = 'admin') THEN
        UPDATE users SET email = NULL;
    END IF;
END;
$$;
INSERT INTO users (login, email) VALUES ('a', 'a@example.org'), ('b', NULL) ON CONFLICT DO NOTHING;
UPDATE users SET display_name = coalesce(login, 'none') WHERE display_name IS NULL;
DELETE FROM orders WHERE state = 'gone';
GRANT SELECT ON users TO reader;
COMMENT ON COLUMN users.email IS 'where to write to';
SET lock_timeout = '1s';
LOCK TABLE users IN SHARE MODE;
VACUUM ANALYZE users;
TRUNCATE orders;
DROP TABLE orders;
BEGIN;
SELECT 1;
COMMIT;
