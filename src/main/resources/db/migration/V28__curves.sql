-- How a step went over time is read from its ticks; without this all events of a large rollout would be read for one target.
CREATE INDEX rollout_event_progress ON rollout_event (rollout, (data ->> 'target'), seq) WHERE type = 'step.progress';
