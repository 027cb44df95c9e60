package dev.rubicon.analysis.rules;

import java.util.List;

/** Every rule there is. A rule that is not here does not judge; a test looks for such. */
public final class Catalogue {

    private static final List<Rule> TEXTS = List.of(new AcceptanceWithoutReasonRule(), new EmptySqlRule(),
            new HistoryNotLinearRule(), new MissingDownRule(), new NotAloneRule(), new OpaqueSqlRule(), new QueryRule(),
            new ServerCapabilityRule(), new SyntaxErrorRule(), new TransactionControlRule());

    private static final List<Rule> INDEXES = List.of(new ConcurrentIfNotExistsRule());

    private static final List<Rule> CONSTRAINTS = List.of();

    private static final List<Rule> COLUMNS = List.of();

    private static final List<Rule> TABLES = List.of();

    private static final List<Rule> TRANSACTIONS = List.of(new LockTimeoutAfterRule(), new LockTimeoutTooLongRule(),
            new LockTimeoutZeroRule(), new MissingApplicationNameRule(), new MissingIdleTimeoutRule(),
            new MissingLockTimeoutRule(), new MissingStatementTimeoutRule(), new MultipleAlterRule(),
            new NestedTransactionRule(), new StatementAfterAelRule(), new StatementTimeoutTooLongRule(),
            new UnclosedTransactionRule(), new WideLockWindowRule());

    private static final List<Rule> DATA = List.of(new BackfillInTransactionRule(), new DataDependentRule(),
            new DeleteWithoutWhereRule(), new DmlInMigrationRule(), new MixedDdlDmlRule(), new UpdateWithoutWhereRule());

    private static final List<Rule> PLANS = List.of(new AcceptanceRule(), new BackfillNotIdempotentRule(),
            new BackfillUnverifiedRule(), new BackupMissingRule(), new ContractNeverScheduledRule(),
            new DataLossUnderstatedRule(), new DropWithoutGateRule(), new DroppedButUsedRule(), new DynamoDbRule(),
            new EmptyRollbackRule(), new ExpandAndContractRule(), new MeaninglessNameRule(), new MisplacedRiverRule(),
            new NewVersionIncompatibleRule(), new OldVersionIncompatibleRule(), new RollbackWithoutReasonRule(),
            new SoakInFirstPhaseRule(), new UndeclaredRiverRule());

    public static final List<Rule> ALL = List
            .of(TEXTS, INDEXES, CONSTRAINTS, COLUMNS, TABLES, TRANSACTIONS, DATA, PLANS).stream().flatMap(List::stream)
            .toList();

    private Catalogue() {}
}
