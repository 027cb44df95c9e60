package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Column;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.TypeName;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The columns that a statement gives a type to. */
final class Definitions {

    private Definitions() {}

    /** @param column as it is defined, or null where an existing one gets another type */
    record Defined(QualifiedName table, String name, TypeName type, @Nullable Column column) {

        String path() {
            return table.sql() + "." + Sql.quote(name);
        }
    }

    /** New columns, and columns of a new type. */
    static Stream<Defined> typed(Judged judged) {
        return judged.actions().stream().flatMap(action -> switch (action) {
            case Action.CreateTable create -> create.columns().stream().flatMap(each -> of(create.table(), each));
            case Action.AddColumn add -> of(add.table(), add.column());
            case Action.AlterType change ->
                Stream.of(new Defined(change.table(), change.column(), change.type(), null));
            default -> Stream.empty();
        });
    }

    static Stream<Defined> typed(Judged judged, Predicate<TypeName> wanted) {
        return typed(judged).filter(each -> wanted.test(each.type()));
    }

    /** Whether it is the built-in type of that name, or an array of it. */
    static Predicate<TypeName> builtIn(String name) {
        return type -> type.schema() == null && type.name().equals(name);
    }

    private static Stream<Defined> of(QualifiedName table, Column column) {
        TypeName type = column.type();
        return type == null ? Stream.empty() : Stream.of(new Defined(table, column.name(), type, column));
    }

    /** The statement with another type for the column. */
    static String retyped(Judged judged, Defined defined, String type) {
        Column column = defined.column();
        String sql = judged.statement().sql();
        String written = column == null ? "" : column.sql();
        return column != null && sql.contains(written) && written.contains(defined.type().sql())
                ? sql.replace(written, replace(written, defined, type)) + ";"
                : Sql.alter(defined.table(), "ALTER COLUMN " + Sql.quote(defined.name()) + " TYPE " + type);
    }

    /** The name may look like the type, so only what stands behind the name is searched. */
    private static String replace(String written, Defined defined, String type) {
        int at = written.indexOf(defined.type().sql(), Math.min(defined.name().length(), written.length() - 1));
        return at < 0
                ? written
                : written.substring(0, at) + type + written.substring(at + defined.type().sql().length());
    }
}
