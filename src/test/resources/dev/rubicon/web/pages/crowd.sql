-- A control database after a year: 1,000 targets; 1,000 rollouts of a plan with three phases on three targets each, 880 of
-- them done, 100 waiting and 20 paused; one on all targets and one on 60, both paused in the middle. Made of the one target
-- and the one rollout that are there.
INSERT INTO target (name, engine, environment, labels, url, username, password_cipher, password_key, settings, identity,
                    last_check, registered_at)
SELECT 'crowd-' || to_char(n, 'FM0000'), engine, environment, labels, url, username, password_cipher, password_key, settings,
       identity, last_check, registered_at
  FROM target, generate_series(1, 999) n;

CREATE TEMPORARY TABLE made AS
SELECT n, CASE n WHEN 1001 THEN 1000 WHEN 1002 THEN 60 ELSE 3 END AS targets,
       CASE WHEN n > 1000 OR n % 50 = 7 THEN 'PAUSED' WHEN n % 10 = 0 THEN 'WAITING' ELSE 'DONE' END AS state
  FROM generate_series(1, 1002) n;

CREATE TEMPORARY TABLE numbered AS
SELECT row_number() OVER (ORDER BY name) AS place, name FROM target;

CREATE TEMPORARY TABLE opened AS
WITH base AS (SELECT * FROM rollout), ids AS (
    INSERT INTO rollout (plan, revision, environment, digest, frozen, start_phases, state, submitted_by, opened_by,
                         opened_at, ended_at, note)
    SELECT plan, revision, environment, digest,
           jsonb_set(frozen, '{targets}', (SELECT jsonb_agg(jsonb_set(jsonb_set(frozen -> 'targets' -> 0, '{name}',
                         to_jsonb(name)), '{wave}', to_jsonb((place / 100)::int)) ORDER BY place)
                       FROM numbered WHERE place <= made.targets)),
           start_phases, made.state, submitted_by, opened_by, opened_at - (1010 - made.n) * interval '8 h',
           CASE made.state WHEN 'DONE' THEN opened_at - (1009 - made.n) * interval '8 h' END, 'number ' || made.n
      FROM base, made ORDER BY made.n
    RETURNING id, state, jsonb_array_length(frozen -> 'targets') AS targets, plan, revision, digest, environment, opened_at)
SELECT * FROM ids;

INSERT INTO rollout_run (rollout, target, wave)
SELECT id, name, (place / 100)::int FROM opened JOIN numbered ON place <= targets;

INSERT INTO rollout_phase (rollout, index, state, started_at, done_at)
SELECT id, phase, CASE WHEN state = 'DONE' OR state = 'PAUSED' AND phase = 0 THEN 'DONE'
                       WHEN state = 'PAUSED' AND phase = 1 THEN 'RUNNING' ELSE 'WAITING' END,
       CASE WHEN state = 'DONE' OR state = 'PAUSED' AND phase < 2 THEN opened_at END,
       CASE WHEN state = 'DONE' OR state = 'PAUSED' AND phase = 0 THEN opened_at + interval '1 h' END
  FROM opened, generate_series(0, 2) phase;

INSERT INTO phase_run (rollout, phase, target, environment, direction, plan, revision, digest, state, created_at,
                       started_at, ended_at)
SELECT id, phase, name, environment, 'FORWARD', plan, revision, digest, made.state, opened_at, opened_at,
       CASE made.state WHEN 'DONE' THEN opened_at + interval '5 min' END
  FROM opened JOIN numbered ON place <= targets, generate_series(0, 2) phase,
       LATERAL (SELECT CASE WHEN opened.state = 'DONE' OR phase = 0 OR place <= targets * 6 / 10 THEN 'DONE'
                            ELSE 'PAUSED' END AS state) made
 WHERE opened.state = 'DONE' OR opened.state = 'PAUSED' AND phase < 2;

INSERT INTO step_run (phase_run, index, step, kind, state, progress, started_at, ended_at)
SELECT run.id, step.index, step.name, step.kind, CASE run.state WHEN 'DONE' THEN 'DONE' ELSE 'RUNNING' END,
       CASE step.kind WHEN 'backfill' THEN '{"doing": "copying", "done": 640000, "total": 1000000, "unit": "rows",
           "changed": 640000, "perSecond": 41200}'::jsonb END, run.started_at, run.ended_at
  FROM phase_run run JOIN (VALUES (0, 0, 'add-display-name', 'sql'), (0, 1, 'index-display-name', 'sql'),
                                  (1, 0, 'copy-username', 'backfill'), (2, 0, 'drop-username', 'sql'))
       AS step (phase, index, name, kind) USING (phase);

INSERT INTO attempt (phase_run, step, number, node, started_at, ended_at, outcome, message)
SELECT phase_run, step, 1, 'node-1', started_at, ended_at, CASE state WHEN 'DONE' THEN 'done' END, '' FROM step_run;

ANALYZE;
