-- Built at the start, while nobody writes phase runs here: they keep writers of this table waiting for a moment.

-- Where a rollout stands on each of its targets, asked of a thousand targets at a look at their list.
CREATE INDEX phase_run_by_place ON phase_run (rollout, target, phase, id);
-- Whether a done phase was undone, asked of each run of a year; few are, so it is small.
CREATE INDEX phase_run_undone ON phase_run (rollout, phase, target) WHERE state = 'ROLLED_BACK';
