package dev.rubicon.analysis.rules;

import dev.rubicon.engine.facts.Action.Volatility;
import dev.rubicon.engine.facts.Expression;
import java.util.Optional;
import java.util.Set;

/** Whether a function that a default calls gives every row a value of its own. */
final class Calls {

    /** Functions of PostgreSQL that are stable or immutable: one call at the ALTER TABLE stands for all rows. */
    private static final Set<String> STEADY = Set.of("""
            now transaction_timestamp statement_timestamp current_timestamp current_date current_time localtime
            localtimestamp current_user session_user user current_role current_catalog current_schema current_schemas
            current_database current_setting txid_current pg_current_xact_id timezone date_trunc date_part extract
            date_bin age to_char to_date to_number to_timestamp make_date make_time make_timestamp make_timestamptz
            make_interval justify_days justify_hours justify_interval lower upper initcap md5 sha224 sha256 sha384
            sha512 length char_length character_length octet_length bit_length concat concat_ws format substring substr
            replace overlay position strpos left right lpad rpad ltrim rtrim btrim trim repeat reverse split_part
            translate ascii chr encode decode convert convert_to convert_from quote_literal quote_ident to_hex
            regexp_replace regexp_match regexp_split_to_array coalesce nullif greatest least jsonb_build_object
            json_build_object jsonb_build_array json_build_array to_json to_jsonb row_to_json array_to_json json_object
            jsonb_object jsonb_set jsonb_strip_nulls json_array array_fill array_to_string string_to_array array_append
            array_cat array_length cardinality abs round floor ceil ceiling trunc sign power sqrt mod div exp ln log
            int4range int8range numrange tsrange tstzrange daterange int4multirange datemultirange to_tsvector
            to_tsquery plainto_tsquery uuid_nil uuid_ns_dns uuid_ns_url point box circle inet_server_addr host text
            int4 int8 numeric bool date timestamptz timestamp interval varchar bpchar float8""".split("\\s+"));

    private static final Set<String> VOLATILE = Set.of("random", "clock_timestamp", "timeofday", "gen_random_uuid",
            "uuidv4", "uuidv7", "uuid_generate_v4", "uuid_generate_v1", "nextval", "gen_random_bytes", "random_normal");

    private Calls() {}

    /**
     * The first function in the expression that is volatile, or not known to be anything else. Which statement writes rows
     * anew is for the facts to say; this tells which of its columns is the reason.
     */
    static Optional<Expression.Call> unsteady(Judged judged, Expression expression) {
        return expression.functions().stream().filter(call -> !steady(judged, call)).findFirst();
    }

    /** Whether it is known to be volatile, rather than not known at all. */
    static boolean isVolatile(Judged judged, Expression.Call call) {
        return judged.schema().volatility(call.name()).isPresent()
                || (builtIn(call) && VOLATILE.contains(call.name().name()));
    }

    private static boolean steady(Judged judged, Expression.Call call) {
        return judged.schema().volatility(call).map(volatility -> volatility != Volatility.VOLATILE)
                .orElseGet(() -> builtIn(call) && STEADY.contains(call.name().name()));
    }

    private static boolean builtIn(Expression.Call call) {
        return call.name().schema() == null || "pg_catalog".equals(call.name().schema());
    }
}
