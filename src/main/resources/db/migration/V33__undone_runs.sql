-- Whether a done phase was undone on its target is asked of each run of a year's history. Built in the moment of the start,
-- it keeps nobody from reading; few runs are undone, so it is small.
CREATE INDEX phase_run_undone ON phase_run (rollout, phase, target) WHERE state = 'ROLLED_BACK';
