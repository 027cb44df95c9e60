-- A file that PostgreSQL cannot read.
DROP TABEL users;
