--: select
--: planned
SELECT * FROM notes;

--: select-for-update
--: planned
SELECT * FROM notes FOR UPDATE;

--: insert
--: planned
INSERT INTO notes (id, note_key) VALUES (9, 9);

--: insert-child
--: planned
INSERT INTO orders (id, customer_id) VALUES (9, 1);

--: update
--: planned
UPDATE notes SET size = 8 WHERE id = 1;

--: update-from
--: planned
UPDATE orders SET total = 1 FROM customers WHERE customers.id = orders.customer_id;

--: delete
--: planned
DELETE FROM notes WHERE id = 1;

--: merge
--: from 15
--: planned
MERGE INTO notes USING stocks ON notes.id = stocks.id WHEN MATCHED THEN DELETE;

--: update-all
--: planned
UPDATE notes SET size = 8;

--: delete-all
--: planned
DELETE FROM notes;

--: update-child-key
--: planned
UPDATE orders SET customer_id = 1 WHERE id = 3;

--: update-parent-key
--: planned
UPDATE customers SET id = 7 WHERE name = 'Nobody';

--: delete-parent
--: planned
--: setup
INSERT INTO customers VALUES (9);
--: statement
DELETE FROM customers WHERE id = 9;

--: insert-select
--: planned
INSERT INTO stocks (id) SELECT id FROM people;

--: insert-partitioned
--: planned
INSERT INTO events VALUES (5, 50, 'e');

--: update-partitioned
--: planned
UPDATE events SET kind = 'x';

--: select-view
--: planned
SELECT * FROM names;

--: copy-into
--: planned
COPY notes FROM PROGRAM 'true';

--: delete-parent-cascade
--: planned
--: setup
ALTER TABLE orders DROP CONSTRAINT orders_customer_fkey;
ALTER TABLE orders ADD CONSTRAINT orders_customer_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE;
--: statement
DELETE FROM customers WHERE id = 1;
