CREATE TABLE base (id int NOT NULL, name text DEFAULT 'base', note text, CONSTRAINT positive CHECK (id > 0),
    CONSTRAINT alone CHECK (id < 1000) NO INHERIT);
CREATE TABLE second (extra int DEFAULT 7);
CREATE TABLE child (own int, name text DEFAULT 'child') INHERITS (base, second);
ALTER TABLE child ALTER note SET NOT NULL, ALTER extra DROP DEFAULT, ALTER id SET DEFAULT 5;
ALTER TABLE child ADD CONSTRAINT own_positive CHECK (own > 0);
CREATE TABLE grandchild () INHERITS (child);
ALTER TABLE base ADD COLUMN late date;
ALTER TABLE grandchild ADD CONSTRAINT late_check CHECK (late IS NOT NULL);
ALTER TABLE base ADD CONSTRAINT late_check CHECK (late IS NOT NULL);
CREATE TABLE stranger (id int NOT NULL, name text, note text, late date, more text,
    CONSTRAINT positive CHECK (id > 0), CONSTRAINT late_check CHECK (late IS NOT NULL));
ALTER TABLE stranger INHERIT base;
CREATE INDEX ON child (own);
ALTER TABLE child ADD PRIMARY KEY (id);
CREATE TABLE shape (id int NOT NULL, area int, CONSTRAINT sized CHECK (area > 0));
CREATE TABLE circle (radius int DEFAULT 1, extra int, area int, id int NOT NULL, CONSTRAINT sized CHECK (area > 0));
ALTER TABLE circle INHERIT shape, INHERIT second;
