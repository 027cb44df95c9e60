package dev.rubicon.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.engine.schema.SchemaObject.Kind;
import dev.rubicon.registry.Policy;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IgnoreListTest {

    private static final List<SchemaObject> OBJECTS = List.of(object(Kind.OPERATOR_CLASS, "public.tmp_ops"),
            object(Kind.OPERATOR, "public.class"), object(Kind.TABLE, "public.tmp_1"),
            object(Kind.INDEX, "public.tmp_i"),
            object(Kind.TRIGGER, "audit ON public.users"), object(Kind.TABLE, "public.users"));

    private static SchemaObject object(Kind kind, String name) {
        return new SchemaObject(kind, name, "x;\n");
    }

    private static IgnoreList list(String... patterns) {
        Policy usual = Policy.withApprovals(0, 0, 0);
        Policy policy = new Policy(usual.approvals(), usual.windows(), usual.stallBudget(), usual.patience(), 1, false,
                null, new Policy.Drift(null, List.of(patterns)), null);
        return IgnoreList.of(policy);
    }

    private static List<String> left(String... patterns) {
        return list(patterns).without(17, OBJECTS).objects().stream().map(SchemaObject::words).toList();
    }

    @Test
    void leavesOutWhatItsPatternsName() {
        assertThat(left("table public.tmp_*", "trigger * ON public.users")).containsExactly("operator public.class",
                "operator class public.tmp_ops", "table public.users", "index public.tmp_i");
        assertThat(left("* public.tmp_*")).containsExactly("operator public.class", "table public.users",
                "trigger audit ON public.users");
        assertThat(left("operator class *")).contains("operator public.class").doesNotContain(
                "operator class public.tmp_ops");
        assertThat(left()).hasSize(OBJECTS.size());
        assertThat(left("table public.user")).contains("table public.users");
    }

    @Test
    void knowsByItsWordsWhatItIgnores() {
        IgnoreList list = list("operator class *", "* public.tmp_*");
        assertThat(OBJECTS.stream().map(SchemaObject::words).filter(list::ignores).toList())
                .containsExactly("operator class public.tmp_ops", "table public.tmp_1", "index public.tmp_i");
        assertThat(list.ignores("The server")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            tabel public.x | does not begin with a kind of object
            public.x       | does not begin with a kind of object
            * *            | would ignore everything
            `table `       | names no object
            `* `           | names no object
            ` `            | has 1 to 300 characters
            """)
    void saysWhatIsWrongWithAPattern(String pattern, String why) {
        assertThat(new IgnoreList.Rules().objection(pattern)).contains(why);
    }

    @Test
    void takesAPatternOfAKind() {
        assertThat(new IgnoreList.Rules().objection("foreign key * ON public.users")).isNull();
        assertThat(new IgnoreList.Rules().objection("* scratch.*")).isNull();
        assertThat(new IgnoreList.Rules().objection("index *")).isNull();
    }
}
