package dev.rubicon.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcUrlTest {

    @Test
    void readsHostsPortsDatabaseAndParameters() {
        JdbcUrl url = JdbcUrl
                .parse("jdbc:postgresql://db1:6432,[::1],10.0.0.1/orders?sslmode=require&connectTimeout=5");

        assertThat(url.hosts()).containsExactly(new JdbcUrl.Host("db1", 6432), new JdbcUrl.Host("::1", 5432),
                new JdbcUrl.Host("10.0.0.1", 5432));
        assertThat(url.database()).isEqualTo("orders");
        assertThat(url.parameters()).containsEntry("sslmode", "require").containsEntry("connectTimeout", "5");
        assertThat(url).hasToString(
                "jdbc:postgresql://db1:6432,[::1]:5432,10.0.0.1:5432/orders?connectTimeout=5&sslmode=require");
        assertThat(JdbcUrl.parse(url.toString())).isEqualTo(url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:mysql://h/d", "postgresql://h/d", "jdbc:postgresql:d", "jdbc:postgresql://h",
            "jdbc:postgresql://h/", "jdbc:postgresql://:5432/d", "jdbc:postgresql://h:0/d",
            "jdbc:postgresql://h:70000/d", "jdbc:postgresql://h,/d", "jdbc:postgresql://u:p@h/d",
            "jdbc:postgresql://h/d?user=u", "jdbc:postgresql://h/d?password=hush",
            "jdbc:postgresql://h/d?socketFactory=org.x.Y", "jdbc:postgresql://h/d?options=-c%20x",
            "jdbc:postgresql://h/d?sslmode=none", "jdbc:postgresql://h/d?SSLMODE=require",
            "jdbc:postgresql://h/d?sslmode=require&sslmode=disable", "jdbc:postgresql://h/d?sslmode",
            "jdbc:postgresql://h/d?loggerFile=/x", "jdbc:postgresql://h/d?connectTimeout=5&",
            "jdbc:postgresql://h/d\n", "jdbc:postgresql://h /d", "jdbc:postgresql://h/d/e", "jdbc:postgresql://h/d#x",
            "jdbc:postgresql://h/d?sslrootcert=relative.pem", "jdbc:postgresql://h\u00e4/d",
            "jdbc:postgresql://h/d?a=%0a", "jdbc:postgresql://[::1/d", ""})
    void refusesEverythingElseWithoutRepeatingIt(String text) {
        assertThatThrownBy(() -> JdbcUrl.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .message().doesNotContain("hush").doesNotContain("org.x.Y");
    }

    @Test
    void knowsWhetherAPasswordWouldGoElsewhere() {
        JdbcUrl url = JdbcUrl.parse("jdbc:postgresql://h/d?sslmode=verify-full");

        assertThat(url.samePlace(JdbcUrl.parse("jdbc:postgresql://h:5432/e?sslmode=verify-full"))).isTrue();
        assertThat(url.samePlace(JdbcUrl.parse("jdbc:postgresql://h/d"))).isFalse();
        assertThat(url.samePlace(JdbcUrl.parse("jdbc:postgresql://i/d?sslmode=verify-full"))).isFalse();
        assertThat(url.samePlace(JdbcUrl.parse("jdbc:postgresql://h:1/d?sslmode=verify-full"))).isFalse();
    }
}
