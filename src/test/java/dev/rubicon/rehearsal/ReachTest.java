package dev.rubicon.rehearsal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.engine.schema.SchemaObject.Kind;
import dev.rubicon.engine.schema.SchemaSnapshot;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReachTest {

    private static final SchemaSnapshot NOW = new SchemaSnapshot(17, List.of(
            object(Kind.TABLE, "public.users", "CREATE TABLE public.users ();\n"),
            object(Kind.TABLE, "public.users_old", "CREATE TABLE public.users_old ();\n"),
            object(Kind.INDEX, "public.by_name", "CREATE INDEX by_name ON public.users USING btree (name);\n"),
            object(Kind.INDEX, "public.by_age", "CREATE INDEX by_age ON public.users_old USING btree (age);\n"),
            object(Kind.FOREIGN_KEY, "of_user ON public.orders",
                    "ALTER TABLE public.orders ADD CONSTRAINT of_user FOREIGN KEY (u) REFERENCES public.users(id);\n"),
            object(Kind.VIEW, "public.names", "CREATE VIEW public.names AS SELECT users.name FROM public.users;\n"),
            object(Kind.FUNCTION, "public.f()", "CREATE FUNCTION public.f() … SELECT 1 FROM public.users;\n")),
            List.of());

    private final Reach reach = new Reach(Set.of("public.users"), NOW);

    private static SchemaObject object(Kind kind, String name, String text) {
        return new SchemaObject(kind, name, text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"table public.users", "index public.by_name", "foreign key of_user ON public.orders",
            "view public.names", "trigger gone ON public.users", "index public.gone"})
    void hasWhatNamesATableOfThePlan(String words) {
        assertThat(reach.has(words)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"table public.users_old", "index public.by_age", "function public.f()",
            "table other.public.users", "view public.gone", "trigger gone ON public.users_old"})
    void leavesOutTheRest(String words) {
        assertThat(reach.has(words)).isFalse();
    }

    @Test
    void hasWhatAStepNamesItself() {
        assertThat(new Reach(Set.of("public.f"), NOW).has("function public.f()")).isTrue();
    }
}
