-- Connections of a run beside its usual two: the further lanes of a backfill.
ALTER TABLE target_hold ADD COLUMN lanes int NOT NULL DEFAULT 0;
