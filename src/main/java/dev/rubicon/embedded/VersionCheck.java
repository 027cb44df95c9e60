package dev.rubicon.embedded;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Looks at the control database before anything is written to it. */
@Configuration(proxyBeanMethods = false)
class VersionCheck {

    private static final int OLDEST = 14;

    @Bean
    FlywayMigrationStrategy migrateWhereItIsNewEnough() {
        return flyway -> {
            demandNewEnough(flyway.getConfiguration().getDataSource());
            flyway.migrate();
        };
    }

    static void demandNewEnough(DataSource database) {
        try (Connection connection = database.getConnection()) {
            DatabaseMetaData server = connection.getMetaData();
            boolean postgres = server.getDatabaseProductName().equals("PostgreSQL");
            if (!postgres || server.getDatabaseMajorVersion() < OLDEST) {
                throw new StartRefused("The control database %s is %s %s; Rubicon needs PostgreSQL %d or newer."
                        .formatted(withoutParameters(server.getURL()), server.getDatabaseProductName(),
                                server.getDatabaseProductVersion(), OLDEST),
                        "Name a newer one with spring.datasource.url, or none at all for the embedded one.", null);
            }
        } catch (SQLException e) {
            throw new StartRefused("The control database cannot be reached: " + e.getMessage(),
                    "Check spring.datasource.url, spring.datasource.username and spring.datasource.password; "
                            + "without them Rubicon brings its own PostgreSQL along.",
                    e);
        }
    }

    /** Parameters of a URL may hold a password. */
    private static String withoutParameters(String url) {
        return url.replaceFirst("\\?.*", "");
    }
}
