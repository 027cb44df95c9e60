CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE TABLE rooms (id int, valid daterange, CONSTRAINT rooms_key PRIMARY KEY (id, valid WITHOUT OVERLAPS));
CREATE TABLE bookings (id int, room int, at daterange, note text CONSTRAINT noted NOT NULL,
    FOREIGN KEY (room, PERIOD at) REFERENCES rooms (id, PERIOD valid));
ALTER TABLE bookings ADD CONSTRAINT not_enforced CHECK (id > 0) NOT ENFORCED;
ALTER TABLE bookings ADD CONSTRAINT later_not_null NOT NULL room NOT VALID;
ALTER TABLE bookings ADD CONSTRAINT loose FOREIGN KEY (id, PERIOD at) REFERENCES rooms (id, PERIOD valid) NOT VALID;
CREATE TABLE virtual (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL, c int GENERATED ALWAYS AS (a + 1) STORED);
CREATE TABLE above (id int CONSTRAINT above_id NOT NULL, x int CONSTRAINT x_alone NOT NULL NO INHERIT, y int NOT NULL);
CREATE TABLE below (z int CONSTRAINT z_there NOT NULL) INHERITS (above);
ALTER TABLE below ADD CONSTRAINT x_mine NOT NULL x;
COMMENT ON CONSTRAINT noted ON bookings IS 'said';
CREATE TABLE ranged (id int CONSTRAINT named_id NOT NULL, a int) PARTITION BY RANGE (id);
CREATE TABLE ranged_1 PARTITION OF ranged FOR VALUES FROM (1) TO (10);
CREATE TABLE ranged_2 (a int CONSTRAINT own_a NOT NULL, id int CONSTRAINT own_id NOT NULL);
ALTER TABLE ranged ATTACH PARTITION ranged_2 FOR VALUES FROM (10) TO (20);
CREATE TABLE pointed_to (id int PRIMARY KEY);
CREATE TABLE pointing_at (id int REFERENCES pointed_to NOT ENFORCED);
CREATE DOMAIN named AS int CONSTRAINT never_null NOT NULL;
