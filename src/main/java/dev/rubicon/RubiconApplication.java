package dev.rubicon;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The server: rooms and their order are described in {@code CONTRIBUTING.md} and verified by {@code HouseTest}. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class RubiconApplication {

    public static void main(String[] args) {
        SpringApplication.run(RubiconApplication.class, args);
    }
}
