package dev.rubicon.plan;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The trigger that keeps the two columns of a backfill's {@code dualWrite} in step, and every text that is generated for
 * it.
 *
 * <p>What it does to a row that is inserted: a column that is NULL takes the other's value; of two that differ, the new
 * column's counts. To one that is updated: the column that the statement changed gives its value to the other; where both
 * were changed, the new column's counts. A new value that is what the new column makes of the old one leaves the old one
 * alone, so that a backfill changes nothing back.
 */
public final class DualWriteTrigger {

    /** Triggers run in the order of their names: behind others, this one sees what they made of the row. */
    private static final String PREFIX = "zz_rubicon_";
    /** PostgreSQL cuts names at 63 bytes; the longest ending is _insert or _update. */
    private static final int LONGEST = 63 - "_insert".length();
    private static final int HASH_BYTES = 4;

    private final SqlName.Table table;
    private final SqlName from;
    private final SqlName to;
    private final String name;

    private DualWriteTrigger(SqlName.Table table, SqlName from, SqlName to) {
        this.table = table;
        this.from = from;
        this.to = to;
        this.name = name(table.table().name() + "_" + to.name());
    }

    /** The trigger of a backfill; empty where it has no {@code dualWrite}, or one that cannot be carried out. */
    public static Optional<DualWriteTrigger> of(Work.Backfill backfill) {
        Work.DualWrite columns = backfill.dualWrite();
        if (columns == null || backfill.delete() || backfill.into() != null || backfill.from() != null) {
            return Optional.empty();
        }
        return SqlName.table(backfill.table()).flatMap(table -> SqlName.of(columns.from())
                .flatMap(from -> SqlName.of(columns.to())
                        .filter(to -> !to.name().equals(from.name()) && copies(backfill.set(), table, from, to))
                        .map(to -> new DualWriteTrigger(table, from, to))));
    }

    /** The steps of a phase that install a trigger, each with the backfill for which it is. */
    public static Map<String, Work.Backfill> installing(Phase phase) {
        Map<String, Work.Backfill> installing = new LinkedHashMap<>();
        for (Step step : phase.steps()) {
            if (step.work() instanceof Work.Backfill backfill && of(backfill).isPresent()) {
                installing.put(step.name() + DualWrites.INSTALLING, backfill);
            }
        }
        return installing;
    }

    /** Whether the new column is set to the old one alone, or not at all. */
    private static boolean copies(Map<String, String> set, SqlName.Table table, SqlName from, SqlName to) {
        return set.entrySet().stream().filter(each -> isColumn(each.getKey(), to))
                .allMatch(each -> isCopy(each.getValue(), table, from));
    }

    /** Whether a key of {@code set} means the column: it is its bare name. */
    static boolean isColumn(String key, SqlName column) {
        return key.equals(column.name()) || key.equals(column.written());
    }

    /** Whether an expression is the column and nothing else. */
    static boolean isCopy(String expression, SqlName.Table table, SqlName column) {
        return SqlName.table(expression).filter(found -> found.table().name().equals(column.name())
                && (found.schema() == null || found.schema().name().equals(table.table().name()))).isPresent();
    }

    private static String name(String said) {
        String plain = said.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        String whole = PREFIX + plain;
        if (plain.equals(said) && whole.length() <= LONGEST) {
            return whole;
        }
        int room = LONGEST - 1 - 2 * HASH_BYTES;
        return whole.substring(0, Math.min(room, whole.length())) + "_" + hash(said);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The table's name and the columns, for sentences. */
    public String words() {
        return table.written() + "." + from.written() + " and " + to.written();
    }

    SqlName from() {
        return from;
    }

    SqlName to() {
        return to;
    }

    /** The triggers' names, unquoted. */
    public List<String> triggers() {
        return List.of(name + "_insert", name + "_update");
    }

    private String function() {
        return table.schema() == null ? name : table.schema().written() + "." + name;
    }

    /**
     * CREATE TRIGGER takes SHARE ROW EXCLUSIVE on the table, which blocks writes for the moment that the catalogs take.
     * Values are compared as text, which tells apart what some types' own equality does not, and which every type has.
     */
    String install() {
        return """
                -- keeps %1$s in step while old and new code run side by side
                %2$s

                CREATE TRIGGER %3$s_insert BEFORE INSERT ON %4$s
                    FOR EACH ROW
                    WHEN (NEW.%5$s::text IS DISTINCT FROM NEW.%6$s::text)
                    EXECUTE FUNCTION %7$s();

                CREATE TRIGGER %3$s_update BEFORE UPDATE OF %5$s, %6$s ON %4$s
                    FOR EACH ROW
                    WHEN (OLD.%5$s::text IS DISTINCT FROM NEW.%5$s::text
                          OR OLD.%6$s::text IS DISTINCT FROM NEW.%6$s::text)
                    EXECUTE FUNCTION %7$s();
                """.formatted(oneLine(words()), functionText(), name, table.written(), from.written(), to.written(),
                function());
    }

    private String functionText() {
        String body = """
                DECLARE
                    in_step record;
                BEGIN
                    -- the row as it would be if the new column took the old one's value
                    in_step := NEW;
                    in_step.%2$s := NEW.%1$s;
                    IF TG_OP = 'INSERT' THEN
                        IF NEW.%2$s IS NULL THEN
                            RETURN in_step;
                        END IF;
                    ELSIF NEW.%2$s::text IS NOT DISTINCT FROM OLD.%2$s::text THEN
                        RETURN in_step;
                    END IF;
                    -- the new column was written: its value counts, unless it is the old one's already
                    IF NEW.%2$s::text IS DISTINCT FROM in_step.%2$s::text THEN
                        NEW.%1$s := NEW.%2$s;
                    END IF;
                    RETURN NEW;
                END""".formatted(from.written(), to.written());
        String tag = "$rubicon$";
        for (int i = 1; body.contains(tag); i++) {
            tag = "$rubicon" + i + "$";
        }
        return """
                CREATE FUNCTION %1$s() RETURNS trigger
                    LANGUAGE plpgsql
                    SET search_path = pg_catalog, pg_temp
                AS %2$s
                %3$s
                %2$s;""".formatted(function(), tag, body);
    }

    /** DROP TRIGGER takes ACCESS EXCLUSIVE on the table for the moment that the catalogs take. */
    String remove() {
        return """
                DROP TRIGGER %1$s_update ON %2$s;
                DROP TRIGGER %1$s_insert ON %2$s;
                DROP FUNCTION %3$s();
                """.formatted(name, table.written(), function());
    }

    /** That both triggers are there and fire for ordinary sessions. */
    public Verification.Query installed() {
        return new Verification.Query("the trigger that keeps " + words() + " in step is there and enabled",
                present(" AND tgenabled IN ('O', 'A')"), new Verification.Value("2"));
    }

    Verification.Query gone() {
        return new Verification.Query("the trigger that kept " + words() + " in step is gone", present(""),
                new Verification.Value("0"));
    }

    private String present(String condition) {
        return """
                SELECT count(*) FROM pg_trigger
                WHERE tgrelid = %s::regclass AND tgname IN ('%s_insert', '%s_update')%s""".formatted(
                SqlName.literal(table.written()), name, name, condition);
    }

    /** What has to be so that neither direction is a guess or an error for whoever writes a row. */
    List<Verification> preconditions() {
        return List.of(
                new Verification.Query(from.written() + " and " + to.written() + " of " + table.written()
                        + " have one type, or types that PostgreSQL assigns to each other both ways", types(),
                        new Verification.Value("1")),
                new Verification.Query(to.written() + " has no default and is neither an identity nor generated, "
                        + from.written() + " is not generated always, and neither is in the partition key",
                        writable(), new Verification.Value("2")));
    }

    private String types() {
        return """
                SELECT count(*)
                FROM (SELECT attrelid, attname, coalesce(nullif(typbasetype, 0), t.oid) AS type
                      FROM pg_attribute JOIN pg_type t ON t.oid = atttypid) AS a
                JOIN (SELECT attrelid, attname, coalesce(nullif(typbasetype, 0), t.oid) AS type
                      FROM pg_attribute JOIN pg_type t ON t.oid = atttypid) AS b USING (attrelid)
                WHERE attrelid = %s::regclass AND a.attname = %s AND b.attname = %s
                  AND (a.type = b.type
                       OR 2 = (SELECT count(*) FROM pg_cast
                               WHERE castcontext IN ('a', 'i')
                                 AND (castsource, casttarget) IN ((a.type, b.type), (b.type, a.type))))""".formatted(
                SqlName.literal(table.written()), from.literal(), to.literal());
    }

    private String writable() {
        return """
                SELECT count(*) FROM pg_attribute
                WHERE attrelid = %1$s::regclass AND attgenerated = ''
                  AND (attname = %2$s AND attidentity <> 'a'
                       OR attname = %3$s AND attidentity = '' AND NOT atthasdef)
                  AND NOT EXISTS (SELECT FROM pg_partitioned_table
                                  WHERE partrelid = attrelid AND attnum = ANY (partattrs::int2[]))""".formatted(
                SqlName.literal(table.written()), from.literal(), to.literal());
    }

    /** Counts the rows in which the columns differ. */
    String apart() {
        return "SELECT count(*) FROM %s WHERE %s IS DISTINCT FROM %s".formatted(table.written(), from.written(),
                to.written());
    }

    /** A quoted name may hold a line's end, which would end the comment. */
    private static String oneLine(String text) {
        return text.replaceAll("\\R", " ");
    }
}
