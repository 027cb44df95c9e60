package dev.rubicon.engine.postgres.schema;

import dev.rubicon.engine.schema.SchemaObject.Kind;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is made in one go. Most objects are one part; some are several, so that others can be made in between.
 *
 * @param name of the object that it is part of
 * @param owner null where it has none of its own
 * @param roles that its statements name
 * @param standIn makes something that others can refer to until the part itself can be made; null where there is no such
 *     thing
 * @param statements the first makes it; empty for what comes about with something else, and is only named by others
 */
record Part(Kind kind, Address address, String name, @Nullable String owner, Set<String> roles,
        @Nullable String standIn, List<String> statements) {

    /** The row of a catalog, and which part of the object that it describes: empty for the object itself. */
    record Address(long catalog, long oid, String part) {

        Address object() {
            return new Address(catalog, oid, "");
        }

        Address other(String part) {
            return new Address(catalog, oid, part);
        }
    }

    static Part read(ResultSet row) throws SQLException {
        Address address = new Address(row.getLong("class"), row.getLong("oid"), row.getString("part"));
        return new Part(Kind.valueOf(row.getString("kind")), address, row.getString("name"), row.getString("owner"),
                Set.copyOf(texts(row.getArray("roles"))), row.getString("stand_in"),
                texts(row.getArray("statements")).stream().map(Lists::kept).toList());
    }

    /** No two parts have the same address. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Part part && part.address.equals(address);
    }

    @Override
    public int hashCode() {
        return address.hashCode();
    }

    private static List<String> texts(@Nullable Array array) throws SQLException {
        return array == null
                ? List.of()
                : Arrays.stream((Object[]) array.getArray()).filter(Objects::nonNull).map(Object::toString).toList();
    }
}
