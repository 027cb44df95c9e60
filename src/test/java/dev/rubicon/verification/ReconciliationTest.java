package dev.rubicon.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.Engine;
import dev.rubicon.engine.Engines;
import dev.rubicon.engine.schema.SchemaObject.Kind;
import dev.rubicon.registry.EngineKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReconciliationTest {

    private final Engine engine = Engines.standalone().of(EngineKind.POSTGRESQL);

    @Test
    void setsPrivilegesOfAnExtensionsMemberBackAndNeverDropsIt() {
        String yaml = Reconciliation.of("shop", List.of(new SchemaChange(Kind.FUNCTION, "public.f()", null, """
                REVOKE EXECUTE ON FUNCTION public.f() FROM PUBLIC;
                GRANT EXECUTE ON FUNCTION public.f() TO app;
                """)), engine).yaml();

        assertThat(yaml).contains("GRANT EXECUTE ON FUNCTION public.f() TO PUBLIC",
                "REVOKE EXECUTE ON FUNCTION public.f() FROM app").doesNotContain("DROP", "by hand");
    }
}
