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
