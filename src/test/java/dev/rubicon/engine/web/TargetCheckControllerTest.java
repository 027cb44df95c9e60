package dev.rubicon.engine.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Script;
import dev.rubicon.engine.TargetReader;
import dev.rubicon.engine.TargetSession;
import dev.rubicon.engine.TestEngines;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.registry.TargetCheck;
import dev.rubicon.registry.Targets;
import dev.rubicon.security.Actor;
import dev.rubicon.security.NotAllowed;
import dev.rubicon.security.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TargetCheckControllerTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final TargetCheck CHECK = new TargetCheck(true, "18.6", null,
            List.of(new TargetCheck.Item("connect", TargetCheck.State.OK, "Connected")), NOW);

    private final List<TargetCheck> recorded = new ArrayList<>();

    private final Targets targets = new Targets() {
        @Override
        public Target get(Actor actor, String name) {
            return new Target(name, EngineKind.POSTGRESQL, "production", Map.of(), "jdbc:postgresql://h/d", null,
                    "none", Map.of(), null, null, NOW, 0);
        }

        @Override
        public TargetAccess access(String name) {
            return new TargetAccess(name, EngineKind.POSTGRESQL, "production", "jdbc:postgresql://h/d", null, null,
                    Map.of());
        }

        @Override
        public Target recordCheck(Actor actor, String name, TargetCheck check) {
            recorded.add(check);
            return get(actor, name);
        }
    };

    private record FixedEngine() implements Engine {
        @Override
        public EngineKind kind() {
            return EngineKind.POSTGRESQL;
        }

        @Override
        public Script parse(String sql) {
            return new Script(List.of(), null);
        }

        @Override
        public TargetCheck check(TargetAccess access) {
            return CHECK;
        }

        @Override
        public TargetReader read(TargetAccess access) {
            throw new UnsupportedOperationException("a check only checks");
        }

        @Override
        public TargetSession open(TargetAccess access, Claim claim) {
            throw new UnsupportedOperationException("a check only checks");
        }
    }

    private final TargetCheckController controller = new TargetCheckController(targets,
            TestEngines.of(new FixedEngine()));

    private static Actor with(Role role) {
        return new Actor("somebody", null, Map.of("production", Set.of(role)), Set.of());
    }

    @Test
    void checksAndRecordsWhatItFound() {
        var body = controller.check(with(Role.OPERATOR), "t");

        assertThat(body).isEqualTo(new TargetCheckController.CheckBody(true, "18.6",
                List.of(new TargetCheckController.ItemBody("connect", "ok", "Connected")), NOW));
        assertThat(recorded).containsExactly(CHECK);
    }

    @Test
    void refusesWhoMayNotCheckBeforeConnecting() {
        assertThatThrownBy(() -> controller.check(with(Role.AUTHOR), "t")).isInstanceOf(NotAllowed.class);
        assertThat(recorded).isEmpty();
    }
}
