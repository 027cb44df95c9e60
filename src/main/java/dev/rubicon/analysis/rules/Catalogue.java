package dev.rubicon.analysis.rules;

import java.util.List;

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

    public static final List<Rule> ALL = List
            .of(TEXTS, INDEXES, CONSTRAINTS, COLUMNS, TABLES, TRANSACTIONS, DATA, PLANS).stream().flatMap(List::stream)
            .toList();

    private Catalogue() {}
}
