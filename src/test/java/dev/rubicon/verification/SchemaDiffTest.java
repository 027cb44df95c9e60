package dev.rubicon.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.engine.schema.SchemaObject.Kind;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.plan.UnifiedDiff.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaDiffTest {

    private static final SchemaSnapshot BEFORE = snapshot(
            new SchemaObject(Kind.TABLE, "public.t", "CREATE TABLE t (\n    a int\n);\n"),
            new SchemaObject(Kind.INDEX, "public.i", "CREATE INDEX i;\n"),
            new SchemaObject(Kind.VIEW, "public.v", "CREATE VIEW v;\n"));

    private static SchemaSnapshot snapshot(SchemaObject... objects) {
        return new SchemaSnapshot(18, List.of(objects), List.of());
    }

    @Test
    void namesWhatCameWentAndChanged() {
        SchemaSnapshot after = snapshot(new SchemaObject(Kind.VIEW, "public.v", "CREATE VIEW v;\n"),
                new SchemaObject(Kind.TABLE, "public.t", "CREATE TABLE t (\n    a int,\n    b int\n);\n"),
                new SchemaObject(Kind.SEQUENCE, "public.s", "CREATE SEQUENCE s;\n"));

        assertThat(SchemaDiff.between(BEFORE, after).changes()).extracting(SchemaChange::way, SchemaChange::words)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(SchemaChange.Way.ADDED, "sequence public.s"),
                        org.assertj.core.groups.Tuple.tuple(SchemaChange.Way.CHANGED, "table public.t"),
                        org.assertj.core.groups.Tuple.tuple(SchemaChange.Way.REMOVED, "index public.i"));
    }

    /** The member of an extension is there on both sides, and nobody is to drop or create it. */
    @Test
    void callsPrivilegesAChangeWhereNothingElseIsToldOfAnObject() {
        SchemaObject revoked = new SchemaObject(Kind.FUNCTION, "public.f()",
                "REVOKE EXECUTE ON FUNCTION public.f() FROM PUBLIC;\n");

        assertThat(SchemaDiff.between(snapshot(), snapshot(revoked)).changes()).extracting(SchemaChange::way)
                .containsExactly(SchemaChange.Way.CHANGED);
        assertThat(SchemaDiff.between(snapshot(revoked), snapshot()).changes()).extracting(SchemaChange::way)
                .containsExactly(SchemaChange.Way.CHANGED);
    }

    @Test
    void isEmptyForTheSameObjectsInAnotherOrder() {
        SchemaSnapshot turned = new SchemaSnapshot(18, BEFORE.objects().reversed(), List.of());

        assertThat(SchemaDiff.between(BEFORE, turned).isEmpty()).isTrue();
        assertThat(turned.fingerprint()).isEqualTo(BEFORE.fingerprint());
    }

    @Test
    void showsAChangeInTheUnifiedFormatAndSideBySide() {
        SchemaChange change = new SchemaChange(Kind.TABLE, "public.t", "CREATE TABLE t (\n    a int\n);\n",
                "CREATE TABLE t (\n    a bigint,\n    b int\n);\n");

        assertThat(change.unified("target", "shadow")).isEqualTo("""
                --- target
                +++ shadow
                @@ -1,3 +1,4 @@
                 CREATE TABLE t (
                -    a int
                +    a bigint,
                +    b int
                 );
                """);
        assertThat(change.sideBySide()).containsExactly(new Row("CREATE TABLE t (", "CREATE TABLE t ("),
                new Row("    a int", "    a bigint,"), new Row(null, "    b int"), new Row(");", ");"));
        assertThat(new SchemaChange(Kind.TABLE, "public.t", null, "x\n").sideBySide())
                .containsExactly(new Row(null, "x"));
    }
}
