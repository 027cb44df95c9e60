-- What was seen of the locks of a try on a target: what it took, what it waited for, and who waited behind it. A few kilobytes
-- at most.
ALTER TABLE attempt ADD COLUMN locks jsonb;
