package dev.rubicon;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModule;
import org.springframework.modulith.core.ApplicationModules;

/** Calls go down, events go up: the rooms keep to what their package-info allows. */
class HouseTest {

    private static final Path DRAWING = Path.of("src", "docs", "house", "rooms.md");

    private final ApplicationModules rooms = ApplicationModules.of(RubiconApplication.class, new WithoutTests());

    @Test
    void keepsToTheAllowedDependencies() {
        assertThat(rooms.getModuleByName("engine")).as("rooms were looked at").isPresent();
        rooms.verify();
    }

    /** Kept with the sources: a change of the house is a change of this drawing, seen in the review. */
    @Test
    void drawsItself() throws IOException {
        SortedMap<String, SortedSet<String>> calls = new TreeMap<>();
        rooms.forEach(room -> calls.put(name(room), room.getDirectDependencies(rooms).stream()
                .map(dependency -> name(dependency.getTargetModule())).collect(toCollection(TreeSet::new))));
        String arrows = calls.keySet().stream().flatMap(room -> withoutDetours(room, calls).stream()
                .map(below -> "  " + room + " --> " + below)).collect(joining("\n"));
        Files.createDirectories(DRAWING.getParent());
        Files.writeString(DRAWING, """
                # The rooms

                Drawn by `HouseTest` from the code. An arrow reads "calls"; what a room may call besides through a room
                below it is left out.

                ```mermaid
                flowchart TD
                %s
                ```
                """.formatted(arrows));
        assertThat(arrows).contains("plan --> registry");
    }

    /** The rooms that this one calls and that none of the others it calls reaches. */
    private static Set<String> withoutDetours(String room, SortedMap<String, SortedSet<String>> calls) {
        Set<String> direct = new TreeSet<>(Objects.requireNonNull(calls.get(room)));
        Set<String> further = new TreeSet<>();
        direct.forEach(below -> reach(below, calls, further));
        direct.removeAll(further);
        return direct;
    }

    private static void reach(String room, SortedMap<String, SortedSet<String>> calls, Set<String> reached) {
        calls.getOrDefault(room, new TreeSet<>()).forEach(below -> {
            if (reached.add(below)) {
                reach(below, calls, reached);
            }
        });
    }

    private static String name(ApplicationModule room) {
        return room.getIdentifier().toString();
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
