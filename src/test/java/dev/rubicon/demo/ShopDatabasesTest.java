package dev.rubicon.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.testing.TestPostgres;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

class ShopDatabasesTest {

    private static final String NAME = "shop_of_" + ProcessHandle.current().pid();

    private final TestPostgres.Database control = TestPostgres.database();
    private final ShopDatabases shops = new ShopDatabases(new JdbcConnectionDetails() {
        @Override
        public String getUsername() {
            return control.user();
        }

        @Override
        public String getPassword() {
            return control.password();
        }

        @Override
        public String getJdbcUrl() {
            return control.url() + "?ApplicationName=demo";
        }
    });

    @AfterEach
    void dropIt() {
        control.run("DROP DATABASE IF EXISTS " + NAME + " WITH (FORCE)", "DROP ROLE IF EXISTS " + NAME);
    }

    @Test
    void makesADatabaseThatItsOwnRoleMayMigrate() throws Exception {
        ShopDatabases.Shop shop = shops.make(NAME, ShopDatabases.Content.shop(200_000));
        assertThat(value(shop, "SELECT count(*) || ' ' || count(DISTINCT username) FROM users"))
                .isEqualTo("200000 200000");
        assertThat(value(shop, "SELECT count(*) FROM orders JOIN users ON users.id = user_id")).isEqualTo("200000");
        assertThat(value(shop, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user")).isEqualTo("f");
        assertThat(value(shop, "SELECT has_database_privilege(current_database(), 'CREATE')")).isEqualTo("t");
        assertThat(value(shop, "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'users'"))
                .isEqualTo(NAME);
        assertThat(value(shop, "SELECT pg_has_role('pg_read_all_stats', 'USAGE') "
                + "AND pg_has_role('pg_signal_backend', 'USAGE')")).isEqualTo("t");
        assertThat(shop.toString()).doesNotContain(shop.password());
    }

    @Test
    void completesWhatAnInterruptedStartLeft() throws Exception {
        control.run("CREATE ROLE " + NAME, "CREATE DATABASE " + NAME);
        control.run("ALTER ROLE " + NAME + " LOGIN", "ALTER DATABASE " + NAME + " OWNER TO " + NAME);
        ShopDatabases.Shop first = shops.make(NAME, ShopDatabases.Content.shop(200_000));
        ShopDatabases.Shop second = shops.make(NAME, ShopDatabases.Content.shop(200_000));
        assertThat(second.password()).isNotEqualTo(first.password());
        assertThat(value(second, "SELECT count(*) FROM users")).isEqualTo("200000");
    }

    private static String value(ShopDatabases.Shop shop, String sql) throws SQLException {
        try (var connection = DriverManager.getConnection(shop.url(), shop.user(), shop.password());
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
