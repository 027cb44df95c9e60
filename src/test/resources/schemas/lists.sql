CREATE TABLE orders (id int, status varchar(20) CHECK (status IN ('new', 'it''s paid', 'C:\gone')), way varchar, amount numeric,
    shown boolean GENERATED ALWAYS AS (way NOT IN ('mail', 'fax')) STORED,
    CHECK (amount = ANY (ARRAY[1, 2])), CHECK (status = ANY (ARRAY['a'::varchar(3), 'b'::varchar(3)]) OR amount > 0),
    note text DEFAULT 'CHECK ((ARRAY[''a''::character varying, ''b''::character varying])::text[])');
CREATE DOMAIN colour AS varchar CHECK (VALUE IN ('red', 'blue'));
CREATE INDEX open_orders ON orders (id) WHERE status NOT IN ('paid', 'gone');
CREATE VIEW mailed AS SELECT id, way IN ('mail', 'letter') AS by_post FROM orders WHERE status IN ('new', 'paid');
CREATE POLICY new_ones ON orders USING (status IN ('new', 'open'));
CREATE FUNCTION is_open(o orders) RETURNS boolean LANGUAGE plpgsql AS
    $$ BEGIN RETURN (o.status)::text = ANY ((ARRAY['new'::character varying, 'open'::character varying])::text[]); END $$;
CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touching BEFORE UPDATE ON orders FOR EACH ROW WHEN (NEW.status IN ('new', 'open')) EXECUTE FUNCTION touched();
CREATE FUNCTION ways(w varchar) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN w IN ('mail', 'fax');
