package dev.rubicon;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;
import org.springframework.modulith.docs.Documenter;

/** Calls go down, events go up: the rooms keep to what their package-info allows. */
class HouseTest {

    private final ApplicationModules rooms = ApplicationModules.of(RubiconApplication.class, new WithoutTests());

    @Test
    void keepsToTheAllowedDependencies() {
        assertThat(rooms.getModuleByName("engine")).as("rooms were looked at").isPresent();
        rooms.verify();
    }

    @Test
    void drawsItsDiagrams() {
        new Documenter(rooms, Documenter.Options.defaults().withOutputFolder("target/house")).writeDocumentation();
    }

    /** What lies beside this class is a test, wherever the build or an editor compiled it to. */
    private static class WithoutTests implements ImportOption {

        private final String tests = Objects
                .requireNonNull(HouseTest.class.getProtectionDomain().getCodeSource()).getLocation().getPath();

        @Override
        public boolean includes(Location location) {
            return !location.asURI().getPath().startsWith(tests);
        }
    }
}
