-- Whether what was rehearsed still is what is on the target, as last looked at.
ALTER TABLE rehearsal ADD COLUMN standing jsonb;
