-- The trail. Entries are written unlinked in the transaction of their change; one chainer links them in the order of
-- their ids, as soon as no transaction that began before theirs ended is still open (a chain head updated in every
-- transaction would serialize all commits).
CREATE TABLE audit_entry (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at           timestamptz NOT NULL,
    actor        text NOT NULL,
    token        text,
    action       text NOT NULL,
    subject_type text NOT NULL,
    subject_id   text NOT NULL,
    environment  text,
    details      jsonb NOT NULL,
    written_by   xid8 NOT NULL DEFAULT pg_current_xact_id(),
    link         bigint UNIQUE,
    hash         bytea,
    CHECK ((link IS NULL) = (hash IS NULL))
);
CREATE INDEX audit_entry_by_subject ON audit_entry (subject_type, subject_id, id);
CREATE INDEX audit_entry_by_actor ON audit_entry (actor, id);
CREATE INDEX audit_entry_by_time ON audit_entry (at);
CREATE INDEX audit_entry_unlinked ON audit_entry (id) WHERE link IS NULL;

-- The head of the chain: one row, locked by whoever links.
CREATE TABLE audit_chain (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    link     bigint NOT NULL,
    hash     bytea NOT NULL
);
INSERT INTO audit_chain (link, hash) VALUES (0, decode(repeat('00', 32), 'hex'));

-- Append-only: an entry changes once, from unlinked to linked, and in nothing else.
CREATE FUNCTION audit_entry_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.link IS NULL AND NEW.link IS NOT NULL
       AND (to_jsonb(NEW) - 'link' - 'hash') = (to_jsonb(OLD) - 'link' - 'hash') THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit trail is append-only';
END $$;
CREATE TRIGGER audit_entry_is_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_is_append_only();
CREATE TRIGGER audit_entry_is_never_truncated BEFORE TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_is_append_only();
