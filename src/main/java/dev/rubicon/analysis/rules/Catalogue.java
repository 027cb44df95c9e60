package dev.rubicon.analysis.rules;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every rule there is. A rule that is not here does not judge; a test looks for such. */
public final class Catalogue {

    private static final List<Rule> TEXTS = List.of(new EmptySqlRule(), new SyntaxErrorRule(),
            new TransactionControlRule(), new NotAloneRule(), new QueryRule());

    private static final List<Rule> INDEXES = List.of(new ConcurrentIfNotExistsRule());

    private static final List<Rule> CONSTRAINTS = List.of();

    private static final List<Rule> COLUMNS = List.of();

    private static final List<Rule> TABLES = List.of();

    private static final List<Rule> TRANSACTIONS = List.of();

    private static final List<Rule> DATA = List.of(new MixedDdlDmlRule());

    private static final List<Rule> PLANS = List.of(new AcceptanceRule(), new BackfillNotIdempotentRule(),
            new BackfillUnverifiedRule(), new BackupMissingRule(), new DropWithoutGateRule(), new DynamoDbRule(),
            new MisplacedRiverRule(), new SoakInFirstPhaseRule(), new UndeclaredRiverRule());

    /** By topic, in the order in which people read about them. */
    public static final Map<String, List<Rule>> TOPICS = topics();

    public static final List<Rule> ALL = TOPICS.values().stream().flatMap(List::stream).toList();

    private static Map<String, List<Rule>> topics() {
        Map<String, List<Rule>> topics = new LinkedHashMap<>();
        topics.put("Indexes", INDEXES);
        topics.put("Constraints", CONSTRAINTS);
        topics.put("Columns", COLUMNS);
        topics.put("Tables, types and other objects", TABLES);
        topics.put("Transactions and session", TRANSACTIONS);
        topics.put("Rows", DATA);
        topics.put("Plans", PLANS);
        topics.put("Texts", TEXTS);
        return Collections.unmodifiableMap(topics);
    }

    private Catalogue() {}
}
