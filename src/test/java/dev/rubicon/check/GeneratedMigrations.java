package dev.rubicon.check;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Writes migration files as projects have them: the same seed gives the same files. */
final class GeneratedMigrations {

    private static final List<String> NOUNS = List.of("account", "invoice", "shipment", "product", "customer", "order",
            "payment", "session", "device", "ticket", "message", "document", "contract", "address", "warehouse");
    private static final List<String> COLUMNS = List.of("display_name", "email", "state", "amount", "currency",
            "created_at", "updated_at", "note", "priority", "external_id", "locale", "deleted_at", "quantity");
    private static final List<String> TYPES = List.of("text", "integer", "bigint", "numeric(12, 2)", "boolean",
            "timestamptz", "uuid", "jsonb", "varchar(200)");

    private final Random random;
    private final List<String> tables = new ArrayList<>();
    private int number;

    private GeneratedMigrations(long seed) {
        this.random = new Random(seed);
    }

    /** Writes {@code V0001__….sql} and so on into a folder that exists. */
    static void write(Path folder, int files, long seed) {
        GeneratedMigrations generated = new GeneratedMigrations(seed);
        try {
            for (int i = 1; i <= files; i++) {
                Files.writeString(folder.resolve("V%04d__change.sql".formatted(i)), generated.file(i));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String file(int version) {
        StringBuilder text = new StringBuilder("-- change ").append(version).append("\n\n");
        int statements = 1 + random.nextInt(6);
        for (int i = 0; i < statements; i++) {
            text.append(statement()).append(";\n\n");
        }
        return text.toString();
    }

    private String statement() {
        List<Supplier<String>> kinds = List.of(this::createTable, this::addColumn, this::addColumn, this::index,
                this::index, this::foreignKey, this::check, this::backfill, this::alterType, this::notNull,
                this::dropColumn, this::insert, this::view, this::function);
        return tables.size() < 5 ? createTable() : kinds.get(random.nextInt(kinds.size())).get();
    }

    private String createTable() {
        String name = one(NOUNS) + "_" + ++number;
        StringBuilder text = new StringBuilder("CREATE TABLE ").append(name).append(" (\n")
                .append("    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY");
        int columns = 2 + random.nextInt(8);
        for (int i = 0; i < columns; i++) {
            text.append(",\n    ").append(one(COLUMNS)).append('_').append(i).append(' ').append(one(TYPES));
            text.append(random.nextInt(3) == 0 ? " NOT NULL" : "");
        }
        tables.add(name);
        return text.append("\n)").toString();
    }

    private String addColumn() {
        return "ALTER TABLE " + one(tables) + " ADD COLUMN " + column() + " " + one(TYPES)
                + one(List.of("", "", " NOT NULL DEFAULT gen_random_uuid()", " DEFAULT now()"));
    }

    private String index() {
        String table = one(tables);
        return "CREATE " + one(List.of("", "", "UNIQUE ")) + "INDEX " + one(List.of("", "", "CONCURRENTLY ")) + table
                + "_idx_" + ++number + " ON " + table + " (" + column() + ")"
                + one(List.of("", "", " WHERE deleted_at IS NULL"));
    }

    private String foreignKey() {
        return "ALTER TABLE " + one(tables) + " ADD CONSTRAINT fk_" + ++number + " FOREIGN KEY (account_id) REFERENCES "
                + one(tables) + " (id)" + one(List.of("", " ON DELETE CASCADE", " NOT VALID"));
    }

    private String check() {
        return "ALTER TABLE " + one(tables) + " ADD CONSTRAINT ck_" + ++number + " CHECK (amount >= 0 AND currency IN "
                + "('EUR', 'USD', 'GBP'))" + one(List.of("", " NOT VALID"));
    }

    private String backfill() {
        return "UPDATE " + one(tables) + " SET " + column() + " = lower(trim(email)), updated_at = now()\nWHERE "
                + one(COLUMNS) + " IS NULL";
    }

    private String alterType() {
        return "ALTER TABLE " + one(tables) + " ALTER COLUMN " + one(COLUMNS) + " TYPE " + one(TYPES);
    }

    private String notNull() {
        return "ALTER TABLE " + one(tables) + " ALTER COLUMN " + one(COLUMNS) + one(List.of(" SET", " DROP"))
                + " NOT NULL";
    }

    private String dropColumn() {
        return "ALTER TABLE " + one(tables) + " DROP COLUMN " + one(List.of("", "IF EXISTS ")) + one(COLUMNS);
    }

    private String insert() {
        return "INSERT INTO " + one(tables) + " (email, state, amount) VALUES\n    ('a@example.org', 'open', 1.5),\n"
                + "    ('b@example.org', 'closed', 20)\nON CONFLICT DO NOTHING";
    }

    private String view() {
        return "CREATE OR REPLACE VIEW view_" + ++number + " AS\nSELECT a.id, b.state, count(*) AS n\nFROM "
                + one(tables) + " a JOIN " + one(tables) + " b ON b.id = a.id\nWHERE a.deleted_at IS NULL\n"
                + "GROUP BY a.id, b.state";
    }

    private String function() {
        return "CREATE OR REPLACE FUNCTION touch_" + ++number + "() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n"
                + "    NEW.updated_at := now();\n    RETURN NEW;\nEND;\n$$";
    }

    private String column() {
        return one(COLUMNS) + "_" + random.nextInt(9);
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
