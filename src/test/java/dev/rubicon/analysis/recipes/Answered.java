package dev.rubicon.analysis.recipes;

import dev.rubicon.engine.Engines;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Answers to recipes' fields, and the schema that they are about.
 *
 * @param schema what has to be there, with rows for those plans that move some
 */
public record Answered(String recipe, String name, Map<String, String> answers, List<String> schema) {

    @Override
    public String toString() {
        return recipe + ": " + name;
    }

    private static final List<String> PLAIN = List.of(
            "CREATE TABLE users (id int PRIMARY KEY, username text, email text, fax_number text NOT NULL)",
            "INSERT INTO users SELECT i, 'first' || i || ' last' || i, nullif(i % 7, 0) || '@' || i, i FROM "
                    + "generate_series(1, 900) i",
            "CREATE TABLE orders (id int PRIMARY KEY, user_id int, amount int NOT NULL)",
            "INSERT INTO orders SELECT i, i, i FROM generate_series(1, 900) i");

    private static final List<String> QUOTED = List.of("CREATE SCHEMA \"My App\"",
            "CREATE TABLE \"My App\".\"Users \"\"X\"\"\" (\"Id\" int PRIMARY KEY, \"User Name\" varchar(80) NOT "
                    + "NULL, \"order\" int)",
            "INSERT INTO \"My App\".\"Users \"\"X\"\"\" SELECT i, 'first' || i || ' last' || i, nullif(i, 7) FROM "
                    + "generate_series(1, 900) i",
            "CREATE TABLE \"My App\".\"Orders\" (\"Id\" int PRIMARY KEY, \"User's\" int)",
            "INSERT INTO \"My App\".\"Orders\" SELECT i, i FROM generate_series(1, 900) i");
    private static final String QUOTED_TABLE = "\"My App\".\"Users \"\"X\"\"\"";

    private static final String LONG = "a_table_with_a_name_that_is_as_long_as_postgresql_lets_it_be_63";
    private static final String LONG_COLUMN = "a_column_with_a_name_that_is_as_long_as_postgresql_lets_it_be_6";
    private static final List<String> LONGEST = List.of("CREATE SCHEMA app",
            "CREATE TABLE app." + LONG + " (id bigint PRIMARY KEY, " + LONG_COLUMN + " text)",
            "INSERT INTO app." + LONG + " SELECT i, 'a b' || i FROM generate_series(1, 900) i",
            "CREATE TABLE app.other (id bigint PRIMARY KEY, ref bigint)");

    /** For each recipe plain names, names that have to be quoted, and the longest. */
    public static List<Answered> all() {
        List<Answered> all = new ArrayList<>();
        all.addAll(plain());
        all.addAll(quoted());
        all.addAll(longest());
        return all;
    }

    private static List<Answered> plain() {
        return List.of(
                plain("rename-column", "table", "users", "column", "username", "newColumn", "display_name", "type",
                        "text"),
                plain("change-type", "table", "public.orders", "column", "amount", "newColumn", "amount_big", "type",
                        "bigint", "notNull", "true"),
                plain("add-not-null", "table", "users", "column", "email", "fill", "'nobody@example.org'"),
                plain("add-not-null", "table", "users", "column", "username"),
                plain("add-foreign-key", "table", "orders", "columns", "user_id", "toTable", "users", "toColumns",
                        "id"),
                plain("add-foreign-key", "table", "orders", "columns", "user_id", "toTable", "users", "toColumns", "id",
                        "name", "of_user", "indexed", "true"),
                plain("add-unique", "table", "users", "columns", "email"),
                plain("add-index", "table", "users", "elements", "lower(email), username DESC", "where",
                        "email IS NOT NULL", "name", "users_search"),
                plain("drop-column", "table", "users", "column", "username"),
                plain("drop-column", "table", "users", "column", "fax_number", "notNull", "true"),
                plain("drop-table", "table", "orders"),
                plain("split-column", "table", "users", "column", "username", "parts",
                        "first_name text = split_part(username, ' ', 1)\nlast_name varchar(80) = "
                                + "split_part(username, ' ', 2)"));
    }

    private static List<Answered> quoted() {
        return List.of(
                quoted("rename-column", "table", QUOTED_TABLE, "column", "\"User Name\"", "newColumn", "\"Name: the "
                        + "# one\"",
                        "type", "varchar(80)", "notNull", "true"),
                quoted("change-type", "table", QUOTED_TABLE, "column", "\"order\"", "newColumn", "\"group\"", "type",
                        "numeric(20, 2)"),
                quoted("add-not-null", "table", QUOTED_TABLE, "column", "\"order\"", "fill", "\"Id\" * 2"),
                quoted("add-foreign-key", "table", "\"My App\".\"Orders\"", "columns", "\"User's\"", "toTable",
                        QUOTED_TABLE, "toColumns", "\"Id\""),
                quoted("add-unique", "table", QUOTED_TABLE, "columns", "\"User Name\", \"order\"", "name", "\"Once!\""),
                quoted("add-index", "table", QUOTED_TABLE, "elements", "\"order\"", "name", "\"My Index\""),
                quoted("drop-column", "table", QUOTED_TABLE, "column", "\"User Name\"", "notNull", "true"),
                quoted("drop-table", "table", "\"My App\".\"Orders\""),
                quoted("split-column", "table", QUOTED_TABLE, "column", "\"User Name\"", "parts",
                        "\"First Name\" text = split_part(\"User Name\", ' ', 1)\n\"Last=Name\" text = "
                                + "split_part(\"User Name\", ' ', 2)",
                        "notNull", "true"));
    }

    private static List<Answered> longest() {
        String table = "app." + LONG;
        return List.of(
                longest("rename-column", "table", table, "column", LONG_COLUMN, "newColumn", "short", "type", "text",
                        "notNull", "true"),
                longest("add-not-null", "table", table, "column", LONG_COLUMN),
                longest("add-foreign-key", "table", "app.other", "columns", "ref", "toTable", table, "toColumns", "id"),
                longest("add-unique", "table", table, "columns", LONG_COLUMN + ", id"),
                longest("drop-table", "table", table));
    }

    private static Answered plain(String recipe, String... answers) {
        return of(recipe, "plain", PLAIN, answers);
    }

    private static Answered quoted(String recipe, String... answers) {
        return of(recipe, "quoted", QUOTED, answers);
    }

    private static Answered longest(String recipe, String... answers) {
        return of(recipe, "longest", LONGEST, answers);
    }

    private static Answered of(String recipe, String name, List<String> schema, String... answers) {
        Map<String, String> all = new HashMap<>();
        for (int i = 0; i < answers.length; i += 2) {
            all.put(answers[i], answers[i + 1]);
        }
        new Recipes(Engines.standalone()).one(recipe).fields().forEach(field -> {
            switch (field.kind()) {
                case APPLICATION -> all.put(field.name(), "shop: the #1");
                case VERSION -> all.put(field.name(), field.example());
                default -> {}
            }
        });
        return new Answered(recipe, name + " " + answers[Math.min(3, answers.length - 1)], all, schema);
    }
}
