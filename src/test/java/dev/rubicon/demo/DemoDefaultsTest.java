package dev.rubicon.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class DemoDefaultsTest {

    private final Map<String, Object> given = new HashMap<>();
    private final StandardEnvironment environment = new StandardEnvironment();

    DemoDefaultsTest() {
        new DemoDefaults().postProcessEnvironment(environment, new SpringApplication());
        environment.getPropertySources().addFirst(new MapPropertySource("given", given));
    }

    @Test
    void givesTheDemoOnLoopbackWhereNobodyNamedADatabase() {
        assertThat(DemoDefaults.demo(environment)).isTrue();
        assertThat(environment.getProperty("server.address")).isEqualTo("127.0.0.1");
        assertThatCode(() -> new DemoGuard(environment)).doesNotThrowAnyException();
    }

    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void canBeBoundAsBootBindsProperties() {
        ConfigurationPropertySources.attach(environment);
        assertThat(Binder.get(environment).bind("server.address", String.class).get()).isEqualTo("127.0.0.1");
    }

    @Test
    void givesNoDemoOnADatabaseThatSomebodyNamedLater() {
        given.put("spring.datasource.url", "jdbc:postgresql://db/rubicon");
        assertThat(DemoDefaults.demo(environment)).isFalse();
        assertThat(environment.getProperty("server.address")).isNull();
    }

    @Test
    void givesTheDemoOnAnyDatabaseWhenAsked() {
        given.put("spring.datasource.url", "jdbc:postgresql://db/rubicon");
        given.put("rubicon.demo", "true");
        assertThat(DemoDefaults.demo(environment)).isTrue();
        assertThat(environment.getProperty("server.address")).isEqualTo("127.0.0.1");
    }

    @Test
    void refusesADemoThatOthersCouldReach() {
        given.put("server.address", "0.0.0.0");
        assertThatThrownBy(() -> new DemoGuard(environment)).isInstanceOf(DemoExposed.class)
                .hasMessageContaining("0.0.0.0, which is not loopback");
    }

    @Test
    void showsItToOthersWhenThatIsWanted() {
        given.put("rubicon.demo.exposed", "true");
        assertThat(environment.getProperty("server.address")).isNull();
        assertThatCode(() -> new DemoGuard(environment)).doesNotThrowAnyException();
    }
}
