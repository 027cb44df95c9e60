package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Identifiers;
import dev.rubicon.engine.postgres.SyntheticTable.Column;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** An expression of a column's type that has another value for each number. */
final class SyntheticValue {

    private static final int TYPE_MODIFIER_HEADER = 4;
    private static final int USUAL_WIDTH = 16;
    private static final int GREATEST_WIDTH = 2000;

    private SyntheticValue() {}

    /**
     * @param number an expression of a positive bigint
     * @param width bytes on average, where the type leaves a choice
     * @return empty for a type of which nothing is known
     */
    static Optional<String> of(Column column, String number, int width) {
        Optional<String> one = column.labels().isEmpty()
                ? plain(column, number, width)
                : Optional.of(oneOf(column.labels(), number));
        return one.map(value -> "(%s)::%s".formatted(column.array() ? "ARRAY[" + value + "]" : value, column.type()));
    }

    /** One of these texts, each as often as the others. */
    static String oneOf(List<String> texts, String number) {
        return "(ARRAY[%s])[1 + (%s) %% %d]".formatted(
                texts.stream().map(Identifiers::literal).collect(Collectors.joining(", ")), number, texts.size());
    }

    private static Optional<String> plain(Column column, String number, int width) {
        return Optional.ofNullable(switch (column.base()) {
            case "int2" -> "(%s) %% 32767".formatted(number);
            case "int4", "oid" -> "(%s) %% 2147483647".formatted(number);
            case "int8", "float4", "float8", "money" -> number;
            case "numeric" -> numeric(column, number);
            case "bool" -> "(%s) %% 2 = 0".formatted(number);
            case "date" -> "date '2000-01-01' + ((%s) %% 20000)::int".formatted(number);
            case "timestamp", "timestamptz" -> "timestamp '2000-01-01' + (%s) * interval '1 minute'".formatted(number);
            case "time", "timetz" -> "time '00:00' + ((%s) %% 86400) * interval '1 second'".formatted(number);
            case "interval" -> "(%s) * interval '1 minute'".formatted(number);
            case "uuid" -> "md5((%s)::text)".formatted(number);
            case "json", "jsonb" -> "json_build_object('number', %s)".formatted(number);
            case "bytea" -> "decode(md5((%s)::text), 'hex')".formatted(number);
            case "inet" -> "inet '10.0.0.0' + (%s) %% 16777216".formatted(number);
            case "cidr" -> "set_masklen(inet '10.0.0.0' + (%s) %% 16777216, 32)".formatted(number);
            case "xml" -> "xmlelement(name number, %s)".formatted(number);
            case "tsvector" -> "to_tsvector('simple', 'word' || (%s))".formatted(number);
            case "tsquery" -> "to_tsquery('simple', 'word' || (%s))".formatted(number);
            case "point" -> "point((%s)::float8, 0)".formatted(number);
            case "bit", "varbit" -> "((%s) %% 2147483647)::int::bit(32)".formatted(number);
            case "int4range" -> "int4range(((%s) %% 2147483646)::int, ((%s) %% 2147483646)::int + 1)"
                    .formatted(number, number);
            case "int8range" -> "int8range(%s, (%s) + 1)".formatted(number, number);
            case "daterange" -> "daterange(date '2000-01-01' + ((%s) %% 20000)::int, NULL)".formatted(number);
            case "tsrange", "tstzrange" ->
                "%s(timestamp '2000-01-01' + (%s) * interval '1 hour', timestamp '2000-01-01' + (%s) * interval '1 hour' + interval '1 hour')"
                        .formatted(column.base(), number, number);
            default -> column.category().equals("S") ? text(column, number, width) : null;
        });
    }

    /** Without the places behind the point: a number of five digits fits a numeric(5) and no numeric(5, 2). */
    private static String numeric(Column column, String number) {
        if (column.modifier() < TYPE_MODIFIER_HEADER) {
            return number;
        }
        int precision = (column.modifier() - TYPE_MODIFIER_HEADER) >> 16 & 0xffff;
        int scale = column.modifier() - TYPE_MODIFIER_HEADER & 0x7ff;
        int digits = Math.clamp((long) precision - scale, 0, 18);
        return digits == 0 ? "0" : "(%s) %% %d".formatted(number, (long) Math.pow(10, digits));
    }

    /** The number comes first, so that what is cut off makes no two alike. */
    private static String text(Column column, String number, int width) {
        int longest = column.modifier() > TYPE_MODIFIER_HEADER
                ? column.modifier() - TYPE_MODIFIER_HEADER
                : GREATEST_WIDTH;
        int wanted = Math.clamp(width <= 0 ? USUAL_WIDTH : width, 1, longest);
        return longest < USUAL_WIDTH
                ? "left((%s)::text, %d)".formatted(number, longest)
                : "rpad((%s)::text || ' ', greatest(%d, length((%s)::text)), 'synthetic ')".formatted(number, wanted,
                        number);
    }
}
