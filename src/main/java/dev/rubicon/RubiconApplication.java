package dev.rubicon;

import dev.rubicon.check.Check;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.scheduling.annotation.EnableScheduling;

/** The server, and the command line where its launcher could not start it: rooms and their order are described in {@code CONTRIBUTING.md} and verified by {@code HouseTest}. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class RubiconApplication {

    public static void main(String[] args) {
        if (args.length > 0 && args[0].equals(Check.COMMAND)) {
            Check.main(args);
            return;
        }
        SpringApplication.run(RubiconApplication.class, args);
    }
}
