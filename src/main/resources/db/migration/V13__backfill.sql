-- Connections of a run beside its usual two: the further lanes of a backfill.
ALTER TABLE target_hold ADD COLUMN lanes int NOT NULL DEFAULT 0;
-- That the rows which a backfill set aside may stay as they are: who decided so, why, and up to which attempt.
ALTER TABLE step_run ADD COLUMN acceptance jsonb;
