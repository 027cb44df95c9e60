package dev.rubicon.engine.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Filled;
import dev.rubicon.engine.Likeness;
import dev.rubicon.testing.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SyntheticRowsTest {

    private static final String[] SHOP = {
            "CREATE TYPE mood AS ENUM ('calm', 'brisk')",
            "CREATE DOMAIN code AS varchar(8) NOT NULL",
            """
                    CREATE TABLE customer (
                        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, code code UNIQUE, mood mood NOT NULL,
                        tags text[], born date, seen timestamptz NOT NULL, price numeric(6, 2) NOT NULL, more jsonb,
                        key uuid NOT NULL UNIQUE, status text NOT NULL CHECK (status IN ('new', 'old')),
                        twice int GENERATED ALWAYS AS (length(status) * 2) STORED)""",
            """
                    CREATE TABLE invoice (
                        number int PRIMARY KEY, customer bigint NOT NULL REFERENCES customer,
                        corrects int REFERENCES invoice, total numeric(10, 2) NOT NULL CHECK (total >= 0), note text)""",
            "CREATE TABLE customer_invoice (customer bigint REFERENCES customer, invoice int REFERENCES invoice, "
                    + "PRIMARY KEY (customer, invoice))",
            "CREATE TABLE lonely (id int PRIMARY KEY, small int NOT NULL CHECK (small < 0))"};

    private static Connection connect(TestPostgres.Database database) throws SQLException {
        return DriverManager.getConnection(database.url(), database.user(), database.password());
    }

    private static long count(TestPostgres.Database database, String rest) {
        return database.jdbc().sql("SELECT count(*) FROM " + rest).query(Long.class).single();
    }

    @Test
    void satisfiesTypesKeysReferencesAndLists() throws SQLException {
        TestPostgres.Database database = TestPostgres.database();
        database.run(SHOP);
        Filled filled;
        try (Connection connection = connect(database)) {
            filled = new SyntheticRows(connection, new Likeness("UTF8", "C", "C", List.of(), List.of()), 60).fill();
        }

        assertThat(filled.unfilled()).singleElement().asString().contains("public.lonely holds no rows",
                "lonely_small");
        assertThat(List.of(count(database, "customer"), count(database, "invoice"),
                count(database, "customer_invoice"), count(database, "lonely"))).containsExactly(60L, 60L, 60L, 0L);
        assertThat(count(database, "customer WHERE status = 'old' AND mood = 'brisk'")).isPositive();
        database.run("INSERT INTO customer (code, mood, seen, price, key, status) "
                + "VALUES ('next', 'calm', now(), 1, gen_random_uuid(), 'new')");
    }

    @Test
    void followsTheEstimatesAndScalesThemDown() throws SQLException {
        TestPostgres.Database from = TestPostgres.database();
        from.run("CREATE TABLE big (id int PRIMARY KEY, half text, few int NOT NULL)",
                "CREATE TABLE small (id int PRIMARY KEY)", "CREATE TABLE none (id int PRIMARY KEY)",
                "INSERT INTO big SELECT i, CASE WHEN i % 2 = 0 THEN 'secret' || i END, i % 5 FROM generate_series(1, 20000) i",
                "INSERT INTO small SELECT generate_series(1, 40)", "ANALYZE", "VACUUM none");
        TestPostgres.Database to = TestPostgres.database();
        to.run("CREATE TABLE big (id int PRIMARY KEY, half text, few int NOT NULL)",
                "CREATE TABLE small (id int PRIMARY KEY)", "CREATE TABLE none (id int PRIMARY KEY)");
        try (Connection source = connect(from); Connection connection = connect(to)) {
            new SyntheticRows(connection, TargetLikeness.read(source), 2000).fill();
        }

        assertThat(count(to, "big")).isEqualTo(2000);
        assertThat(count(to, "small")).isEqualTo(10);
        assertThat(count(to, "none")).isZero();
        assertThat(count(to, "big WHERE half IS NULL")).isBetween(800L, 1200L);
        assertThat(count(to, "(SELECT DISTINCT few FROM big) d")).isEqualTo(5);
        assertThat(count(to, "big WHERE half LIKE '%secret%'")).isZero();
    }
}
