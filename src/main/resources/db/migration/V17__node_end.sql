-- When a node ended as it was asked to; null while it works, and for one that was killed.
ALTER TABLE node ADD COLUMN ended_at timestamptz;
