package dev.rubicon;

import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The server: rooms and their order are described in {@code CONTRIBUTING.md} and verified by {@code HouseTest}. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class RubiconApplication {

    public static void main(String[] args) {
        SpringApplication.run(RubiconApplication.class, args);
    }

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
