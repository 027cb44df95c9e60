package dev.rubicon.analysis.rules;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every rule there is. A rule that is not here does not judge; a test looks for such. */
public final class Catalogue {

    private static final List<Rule> TEXTS = List.of(new AcceptanceWithoutReasonRule(), new EmptySqlRule(),
            new HistoryNotLinearRule(), new MissingDownRule(), new NotAloneRule(), new OpaqueSqlRule(), new QueryRule(),
            new ServerCapabilityRule(), new SyntaxErrorRule(), new TransactionControlRule());

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

    private static final List<Rule> COLUMNS = List.of(new AddColumnVolatileDefaultRule(),
            new AddColumnNotNullNoDefaultRule(), new AddSerialIdentityRule(), new AddStoredGeneratedRule(),
            new AddConstrainedDomainColumnRule(), new AddColumnUniqueOrPkInlineRule(), new JsonColumnRule(),
            new DropColumnRule(), new DropColumnDependentsRule(), new RenameColumnRule(), new ChangeTypeRewriteRule(),
            new ChangeTypeCheckRescanRule(), new ChangeTypeIndexRebuildRule(), new ChangeTypeTimezoneRule(),
            new CachedPlanInvalidationRule(), new ChangeTypeStatsLostRule(), new CharNRule(), new VarcharNRule(),
            new TimestampWithoutTzRule(), new IntPkRule(), new PreferIdentityRule(), new NamingRule(),
            new TableWithoutPrimaryKeyRule(), new NullableColumnRule(), new CommentMissingRule(),
            new DuplicateColumnAssignmentRule(), new IdentifierTooLongRule(), new RequireSchemaQualifiedRule());

    private static final List<Rule> TABLES = List.of(new DropTableRule(), new CreateTableForceRule(),
            new DropDatabaseOrSchemaRule(), new DropCascadeEscalationRule(), new RenameTableRule(),
            new RenameSchemaRule(), new SetTablespaceRule(), new SetAccessMethodRule(), new SetLoggedUnloggedRule(),
            new VacuumFullOrClusterRule(), new TruncateRule(), new AttachPartitionScanRule(), new DetachPartitionRule(),
            new PartitionOfExistingParentRule(), new CreateTriggerRule(), new EnableOrDisableTriggerRule(),
            new DropTriggerRule(), new RefreshMatviewRule(), new EnumCreateRule(), new EnumAddValueRule(),
            new EnumOrderRule(), new EnumRenameValueRule(), new PolicyOrRlsRule(),
            new OwnerSchemaReplicaIdentityRule());

    private static final List<Rule> TRANSACTIONS = List.of(new LockTimeoutAfterRule(), new LockTimeoutTooLongRule(),
            new LockTimeoutZeroRule(), new MissingApplicationNameRule(), new MissingIdleTimeoutRule(),
            new MissingLockTimeoutRule(), new MissingStatementTimeoutRule(), new MultipleAlterRule(),
            new NestedTransactionRule(), new StatementAfterAelRule(), new StatementTimeoutTooLongRule(),
            new UnclosedTransactionRule(), new WideLockWindowRule());

    private static final List<Rule> DATA = List.of(new BackfillInTransactionRule(), new DataDependentRule(),
            new DeleteWithoutWhereRule(), new DmlInMigrationRule(), new MixedDdlDmlRule(),
            new UpdateWithoutWhereRule());

    private static final List<Rule> PLANS = List.of(new AcceptanceRule(), new BackfillNotIdempotentRule(),
            new BackfillUnverifiedRule(), new BackupMissingRule(), new ContractNeverScheduledRule(),
            new DataLossUnderstatedRule(), new DropWithoutGateRule(), new DroppedButUsedRule(),
            new DualWriteDefaultRule(), new DualWriteNeverEndedRule(), new DynamoDbRule(),
            new EmptyRollbackRule(), new ExpandAndContractRule(), new MeaninglessNameRule(), new MisplacedRiverRule(),
            new NewVersionIncompatibleRule(), new OldVersionIncompatibleRule(), new RollbackDoesNotUndoRule(),
            new RollbackWithoutReasonRule(),
            new SoakInFirstPhaseRule(), new UndeclaredRiverRule());

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
