package dev.rubicon.analysis.rules;

import java.util.List;

/** Every rule there is. A rule that is not here does not judge; a test looks for such. */
public final class Catalogue {

    private static final List<Rule> TEXTS = List.of(new EmptySqlRule(), new SyntaxErrorRule(),
            new TransactionControlRule(), new NotAloneRule(), new QueryRule());

    private static final List<Rule> INDEXES = List.of(new IndexNotConcurrentRule(), new IndexDropNotConcurrentRule(),
            new ReindexNotConcurrentRule(), new ConcurrentlyInTxRule(), new InvalidIndexCleanupRule(),
            new CicIfNotExistsRule(), new CicUnderShortLockTimeoutRule(), new IndexReplacedWrongOrderRule(),
            new IndexTooWideRule(), new UniqueIndexMayFailRule(), new IndexConstraintRobustnessRule(),
            new PgColumnAlignmentRule(), new NotOnPartitionedRule());

    private static final List<Rule> CONSTRAINTS = List.of(new FkWithoutNotValidRule(), new FkInlineDefaultRule(),
            new FkInlineRule(), new FkManyInOneTxRule(), new FkTypeMismatchRule(), new FkMissingIndexRule(),
            new ForbidNullableFkRule(), new NewTableFkRule(), new CheckWithoutNotValidRule(), new CheckInlineRule(),
            new ValidateInSameTxRule(), new ValidateMergedRule(), new SetNotNullMergedRule(),
            new UniqueConstraintRule(), new PrimaryKeyRule(), new PkUsingIndexNullableRule(),
            new ExclusionConstraintRule(), new SetNotNullRule(), new DropNotNullRule(), new DropConstraintRule(),
            new DropFkLocksParentRule(), new DropTableManyFksRule(), new DomainWithConstraintRule(),
            new AlterDomainConstraintRule(), new TableCreatedWithExcludeRule(), new ValidateConstraintNoteRule());

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
