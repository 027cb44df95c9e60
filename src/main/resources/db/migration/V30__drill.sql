-- A rehearsal of the way back alone, on a shadow of what a target of a rollout is now.
ALTER TABLE rehearsal ADD COLUMN kind text NOT NULL DEFAULT 'REHEARSAL' CHECK (kind IN ('REHEARSAL', 'DRILL'));
-- whose way back is drilled; no foreign key, for that would lock the rollout's row
ALTER TABLE rehearsal ADD COLUMN rollout bigint;
ALTER TABLE rehearsal ADD CONSTRAINT rehearsal_drills_a_rollout CHECK ((kind = 'DRILL') = (rollout IS NOT NULL));
-- one at a time, over all nodes
CREATE UNIQUE INDEX rehearsal_one_drill ON rehearsal (rollout) WHERE kind = 'DRILL' AND ended_at IS NULL;
CREATE INDEX rehearsal_drills ON rehearsal (rollout, target, id) WHERE kind = 'DRILL';

-- Which schemas the targets of a rollout had when it was opened, and which rehearsal stands for each.
CREATE TABLE rehearsal_survey (
    rollout  bigint PRIMARY KEY,
    plan     text NOT NULL,
    revision int NOT NULL,
    class    text NOT NULL,
    targets  jsonb NOT NULL,
    begun_at timestamptz NOT NULL,
    ended_at timestamptz,
    -- what was seen, or null before that
    seen     jsonb
);
