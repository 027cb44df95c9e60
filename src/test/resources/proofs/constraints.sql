--: add-check
ALTER TABLE notes ADD CONSTRAINT size_check CHECK (size > 0);

--: add-check-not-valid
ALTER TABLE notes ADD CONSTRAINT size_check CHECK (size > 0) NOT VALID;

--: add-check-not-enforced
--: from 18
ALTER TABLE notes ADD CONSTRAINT size_check CHECK (size > 0) NOT ENFORCED;

--: add-check-partitioned
ALTER TABLE events ADD CONSTRAINT kind_check CHECK (kind <> '');

--: add-check-partitioned-not-valid
ALTER TABLE events ADD CONSTRAINT kind_check CHECK (kind <> '') NOT VALID;

--: add-not-null-constraint
--: from 18
ALTER TABLE notes ADD CONSTRAINT size_there NOT NULL size;

--: add-not-null-constraint-not-valid
--: from 18
ALTER TABLE notes ADD CONSTRAINT size_there NOT NULL size NOT VALID;

--: add-not-null-constraint-not-valid-partitioned
--: from 18
ALTER TABLE events ADD CONSTRAINT kind_there NOT NULL kind NOT VALID;

--: validate-not-null
--: since 18
--: setup
ALTER TABLE notes ADD CONSTRAINT size_there NOT NULL size NOT VALID;
--: statement
ALTER TABLE notes VALIDATE CONSTRAINT size_there;

--: set-not-null-validates-invalid
--: since 18
--: setup
ALTER TABLE notes ADD CONSTRAINT size_there NOT NULL size NOT VALID;
--: statement
ALTER TABLE notes ALTER COLUMN size SET NOT NULL;

--: add-unique
ALTER TABLE notes ADD CONSTRAINT notes_size_key UNIQUE (size);

--: add-unique-nulls-not-distinct
--: from 15
ALTER TABLE notes ADD CONSTRAINT notes_size_key UNIQUE NULLS NOT DISTINCT (size);

--: add-unique-partitioned
ALTER TABLE events ADD CONSTRAINT events_key UNIQUE (id, day);

--: add-primary-key
ALTER TABLE notes ADD CONSTRAINT notes_pkey PRIMARY KEY (id);

--: add-primary-key-nullable
ALTER TABLE notes ADD CONSTRAINT notes_pkey PRIMARY KEY (size);

--: add-primary-key-partitioned
ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY (id, day);

--: add-unique-using-index
--: setup
CREATE UNIQUE INDEX notes_size_idx ON notes (size);
--: statement
ALTER TABLE notes ADD CONSTRAINT notes_size_key UNIQUE USING INDEX notes_size_idx;

--: add-primary-key-using-index
--: setup
CREATE UNIQUE INDEX notes_key_idx ON notes (note_key);
--: statement
ALTER TABLE notes ADD CONSTRAINT notes_pkey PRIMARY KEY USING INDEX notes_key_idx;

--: add-primary-key-using-index-nullable
--: setup
CREATE UNIQUE INDEX notes_size_idx ON notes (size);
--: statement
ALTER TABLE notes ADD CONSTRAINT notes_pkey PRIMARY KEY USING INDEX notes_size_idx;

--: add-primary-key-using-index-proved
--: setup
CREATE UNIQUE INDEX notes_size_idx ON notes (size);
ALTER TABLE notes ADD CONSTRAINT size_there CHECK (size IS NOT NULL);
--: statement
ALTER TABLE notes ADD CONSTRAINT notes_pkey PRIMARY KEY USING INDEX notes_size_idx;

--: add-exclude
ALTER TABLE notes ADD CONSTRAINT notes_apart EXCLUDE USING gist (int4range(size, size + 1) WITH &&);

--: add-foreign-key
ALTER TABLE orders ADD CONSTRAINT orders_rival_fkey FOREIGN KEY (rival_id) REFERENCES customers (id);

--: add-foreign-key-not-valid
ALTER TABLE orders ADD CONSTRAINT orders_rival_fkey FOREIGN KEY (rival_id) REFERENCES customers (id) NOT VALID;

--: add-foreign-key-not-enforced
--: from 18
ALTER TABLE orders ADD CONSTRAINT orders_rival_fkey FOREIGN KEY (rival_id) REFERENCES customers (id) NOT ENFORCED;

--: add-foreign-key-itself
ALTER TABLE orders ADD CONSTRAINT orders_self_fkey FOREIGN KEY (rival_id) REFERENCES orders (id);

--: add-foreign-key-partitioned
ALTER TABLE events ADD CONSTRAINT events_customer_fkey FOREIGN KEY (id) REFERENCES customers (id);

--: add-foreign-key-partitioned-not-valid
--: from 18
--: about Before 18, NOT VALID is refused where the referencing table is partitioned.
ALTER TABLE events ADD CONSTRAINT events_customer_fkey FOREIGN KEY (id) REFERENCES customers (id) NOT VALID;

--: add-foreign-key-to-partitioned
--: setup
ALTER TABLE events ADD CONSTRAINT events_pkey PRIMARY KEY (id, day);
CREATE TABLE event_notes (event_id bigint, event_day integer, body text);
INSERT INTO event_notes VALUES (1, 10);
--: statement
ALTER TABLE event_notes ADD CONSTRAINT event_notes_fkey FOREIGN KEY (event_id, event_day) REFERENCES events (id, day);

--: validate-check
--: setup
ALTER TABLE notes ADD CONSTRAINT size_check CHECK (size > 0) NOT VALID;
--: statement
ALTER TABLE notes VALIDATE CONSTRAINT size_check;

--: validate-check-valid-already
ALTER TABLE orders VALIDATE CONSTRAINT orders_total_check;

--: validate-check-partitioned
--: setup
ALTER TABLE events ADD CONSTRAINT kind_check CHECK (kind <> '') NOT VALID;
--: statement
ALTER TABLE events VALIDATE CONSTRAINT kind_check;

--: validate-foreign-key
--: setup
ALTER TABLE orders ADD CONSTRAINT orders_rival_fkey FOREIGN KEY (rival_id) REFERENCES customers (id) NOT VALID;
--: statement
ALTER TABLE orders VALIDATE CONSTRAINT orders_rival_fkey;

--: validate-with-stronger-subcommand
--: setup
ALTER TABLE notes ADD CONSTRAINT size_check CHECK (size > 0) NOT VALID;
--: statement
ALTER TABLE notes VALIDATE CONSTRAINT size_check, ADD COLUMN flag boolean;

--: alter-constraint-deferrable
ALTER TABLE orders ALTER CONSTRAINT orders_customer_fkey DEFERRABLE INITIALLY DEFERRED;

--: rename-constraint
ALTER TABLE orders RENAME CONSTRAINT orders_total_check TO total_check;

--: drop-check
ALTER TABLE orders DROP CONSTRAINT orders_total_check;

--: drop-unique
--: setup
ALTER TABLE notes ADD CONSTRAINT notes_size_key UNIQUE (size);
--: statement
ALTER TABLE notes DROP CONSTRAINT notes_size_key;

--: drop-foreign-key
ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey;

--: drop-primary-key
ALTER TABLE wares DROP CONSTRAINT wares_pkey;

--: drop-primary-key-cascade
ALTER TABLE customers DROP CONSTRAINT customers_pkey CASCADE;

--: drop-constraint-if-exists-absent
ALTER TABLE notes DROP CONSTRAINT IF EXISTS nothing;

--: set-constraints
SET CONSTRAINTS ALL DEFERRED;

--: drop-check-partitioned
--: setup
ALTER TABLE events ADD CONSTRAINT kind_check CHECK (kind <> '');
--: statement
ALTER TABLE events DROP CONSTRAINT kind_check;

--: rename-constraint-partitioned
--: setup
ALTER TABLE events ADD CONSTRAINT kind_check CHECK (kind <> '');
--: statement
ALTER TABLE events RENAME CONSTRAINT kind_check TO kind_there;

--: drop-unique-partitioned
--: setup
ALTER TABLE events ADD CONSTRAINT events_key UNIQUE (id, day);
--: statement
ALTER TABLE events DROP CONSTRAINT events_key;

--: drop-foreign-key-partitioned
--: setup
ALTER TABLE events_1 DROP COLUMN IF EXISTS nothing;
INSERT INTO customers VALUES (110);
ALTER TABLE events ADD CONSTRAINT events_customer_fkey FOREIGN KEY (id) REFERENCES customers (id);
--: statement
ALTER TABLE events DROP CONSTRAINT events_customer_fkey;

--: validate-foreign-key-partitioned
--: since 18
--: setup
ALTER TABLE events ADD CONSTRAINT events_customer_fkey FOREIGN KEY (id) REFERENCES customers (id) NOT VALID;
--: statement
ALTER TABLE events VALIDATE CONSTRAINT events_customer_fkey;

--: alter-constraint-partitioned
--: setup
ALTER TABLE events ADD CONSTRAINT events_customer_fkey FOREIGN KEY (id) REFERENCES customers (id);
--: statement
ALTER TABLE events ALTER CONSTRAINT events_customer_fkey DEFERRABLE;

--: add-check-inherited
--: setup
CREATE TABLE long_notes (pages integer) INHERITS (notes);
INSERT INTO long_notes (id, note_key) VALUES (1, 1);
--: statement
ALTER TABLE notes ADD CONSTRAINT size_check CHECK (size > 0);

--: add-unique-inherited
--: setup
CREATE TABLE long_notes (pages integer) INHERITS (notes);
--: statement
ALTER TABLE notes ADD CONSTRAINT notes_size_key UNIQUE (size);

--: add-foreign-key-to-unique
--: setup
ALTER TABLE customers ADD CONSTRAINT customers_email_key UNIQUE (email);
ALTER TABLE notes ADD COLUMN email text;
UPDATE notes SET email = 'ada@example.org';
--: statement
ALTER TABLE notes ADD CONSTRAINT notes_email_fkey FOREIGN KEY (email) REFERENCES customers (email);

--: drop-constraint-of-unknown-kind-cascade
ALTER TABLE orders DROP CONSTRAINT orders_total_check CASCADE;

--: add-two-constraints
ALTER TABLE notes ADD CONSTRAINT size_check CHECK (size > 0) NOT VALID, ADD CONSTRAINT size_key UNIQUE (size);
