-- The schema of the target just before a phase began there, beside what was rehearsed: fingerprint, which rehearsal, and the
-- objects that are not as they were in it.
ALTER TABLE phase_run ADD COLUMN schema_before jsonb;
