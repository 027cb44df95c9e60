-- Built when the first node of this version starts; while each is built, other nodes wait with what they write of runs.
-- A year of them is indexed in well under a second.

-- Where a rollout stands on each of its targets, asked of a thousand targets at a look at their list.
CREATE INDEX phase_run_by_place ON phase_run (rollout, target, phase, id);
-- Whether a done phase was undone, asked of each run of a year; few are, so it is small.
CREATE INDEX phase_run_undone ON phase_run (rollout, phase, target) WHERE state = 'ROLLED_BACK';
