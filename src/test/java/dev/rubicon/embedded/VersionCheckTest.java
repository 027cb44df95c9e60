package dev.rubicon.embedded;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rubicon.testing.TestPostgres;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class VersionCheckTest {

    @Test
    void letsANewEnoughServerPass() {
        var database = TestPostgres.database();
        var given = new DriverManagerDataSource(database.url(), database.user(), database.password());
        assertThatCode(() -> VersionCheck.demandNewEnough(given)).doesNotThrowAnyException();
    }

    @Test
    void refusesAnOlderServerAndKeepsTheUrlsSecrets() {
        assertThatThrownBy(() -> VersionCheck.demandNewEnough(new OldServer())).isInstanceOf(StartRefused.class)
                .hasMessageContaining("jdbc:postgresql://db/rubicon is PostgreSQL 13.4")
                .hasMessageContaining("14 or newer").hasMessageNotContaining("secret");
    }

    @Test
    void saysWhatToCheckWhenTheServerDoesNotAnswer() {
        var nobody = new DriverManagerDataSource("jdbc:postgresql://127.0.0.1:1/rubicon", "rubicon", "rubicon");
        assertThatThrownBy(() -> VersionCheck.demandNewEnough(nobody)).isInstanceOf(StartRefused.class)
                .hasMessageStartingWith("The control database cannot be reached");
    }

    /** Says of itself what a PostgreSQL 13 says; no such server is at hand. */
    private static class OldServer extends AbstractDataSource {
        @Override
        public Connection getConnection() {
            DatabaseMetaData metaData = proxy(DatabaseMetaData.class, method -> switch (method) {
                case "getDatabaseProductName" -> "PostgreSQL";
                case "getDatabaseProductVersion" -> "13.4";
                case "getDatabaseMajorVersion" -> 13;
                case "getURL" -> "jdbc:postgresql://db/rubicon?password=secret";
                default -> throw new UnsupportedOperationException(method);
            });
            return proxy(Connection.class, method -> method.equals("getMetaData") ? metaData : "");
        }

        @Override
        public Connection getConnection(String username, String password) throws SQLException {
            return getConnection();
        }

        private static <T> T proxy(Class<T> type, java.util.function.Function<String, Object> answers) {
            return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type},
                    (proxy, method, arguments) -> method.getName().equals("close")
                            ? null
                            : answers.apply(method.getName())));
        }
    }
}
