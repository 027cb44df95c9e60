package dev.rubicon.engine.postgres.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.schema.Rebuilt;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.testing.TestPostgres;
import dev.rubicon.testing.TestPostgres.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/** A schema in {@code src/test/resources/schemas}; a number at the end of its name is the version from which it works. */
record SchemaCase(String name, String sql) {

    static final int NEWEST = 18;
    private static final Path FOLDER = Path
            .of(System.getProperty("rubicon.tests.schemas", "src/test/resources/schemas"));
    private static final List<String> ROLES = List.of("rubicon_owner", "rubicon_app", "rubicon_reader");

    static List<SchemaCase> of(int version) {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().map(SchemaCase::read).filter(each -> each.least() <= version).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SchemaCase read(Path file) {
        try {
            return new SchemaCase(file.getFileName().toString().replace(".sql", ""), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int least() {
        String number = name.replaceAll("\\D", "");
        return number.isEmpty() ? 0 : Integer.parseInt(number);
    }

    Database database(int version) {
        Database database = empty(version);
        run(database, sql);
        return database;
    }

    static Database empty(int version) {
        Database database = version == NEWEST ? TestPostgres.database() : TestPostgres.database(version);
        for (String role : ROLES) {
            run(database,
                    "DO $$ BEGIN CREATE ROLE %s; EXCEPTION WHEN duplicate_object THEN NULL; END $$".formatted(role));
        }
        return database;
    }

    static void run(Database database, String sql) {
        try (Connection connection = connect(database); var statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    static SchemaSnapshot snapshot(Database database) {
        try (Connection connection = connect(database)) {
            return new SnapshotReader(connection).read();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static Rebuilt rebuild(SchemaSnapshot snapshot, Database empty) {
        try (Connection connection = connect(empty)) {
            return new Rebuilding(connection).run(snapshot);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A new database with the same schema. */
    static Database copy(SchemaSnapshot snapshot) {
        Database empty = empty(snapshot.serverVersion());
        Rebuilt rebuilt = rebuild(snapshot, empty);
        assertThat(rebuilt.refused()).isEmpty();
        assertThat(rebuilt.leftOut()).isEmpty();
        return empty;
    }

    /** All of it as one text, for a difference that can be read. */
    static String text(SchemaSnapshot snapshot) {
        StringBuilder text = new StringBuilder();
        snapshot.objects().forEach(each -> text.append("-- ").append(each.words()).append('\n').append(each.text()));
        return text.toString();
    }

    static Connection connect(Database database) throws SQLException {
        return DriverManager.getConnection(database.url() + "?preferQueryMode=simple", database.user(),
                database.password());
    }

    @Override
    public String toString() {
        return name;
    }
}
