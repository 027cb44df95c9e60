package dev.rubicon.engine.facts;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a statement does. Most statements have one; ALTER TABLE has one for each of its subcommands, in their
 * order, and TRUNCATE, DROP and their like name several objects in one action.
 */
public sealed interface Action {

    /** An action on one existing table, most of them subcommands of ALTER TABLE. */
    sealed interface OnTable extends Action {
        /** The table; for ALTER INDEX and ALTER VIEW forms of the same grammar, that object. */
        QualifiedName table();
    }

    // --- tables ------------------------------------------------------------------------------------------------------

    /**
     * @param columns empty for a partition without any of its own and for AS
     * @param constraints those written at the table, not at a column
     * @param like tables after LIKE
     * @param inherits tables after INHERITS
     * @param partitionOf the parent, or null
     * @param defaultPartition PARTITION OF … DEFAULT
     * @param partitioned PARTITION BY
     * @param populated AS with data: it comes with rows; {@code columns} is empty then
     * @param reads tables that the query of AS reads
     */
    record CreateTable(QualifiedName table, List<Column> columns, List<Constraint> constraints,
            List<QualifiedName> like, List<QualifiedName> inherits, @Nullable QualifiedName partitionOf,
            boolean defaultPartition, boolean partitioned, Persistence persistence, boolean ifNotExists,
            boolean populated, List<QualifiedName> reads) implements Action {}

    /** Where a table's rows live. */
    enum Persistence {
        PERMANENT, UNLOGGED, TEMPORARY
    }

    /** Kinds of objects that DROP, RENAME, COMMENT and their like are about. */
    enum ObjectKind {
        TABLE, COLUMN, CONSTRAINT, INDEX, VIEW, MATERIALIZED_VIEW, SEQUENCE, TYPE, DOMAIN, ENUM_VALUE, FUNCTION, TRIGGER, POLICY, RULE, SCHEMA, DATABASE, EXTENSION, FOREIGN_TABLE, ROLE, OTHER;

        /** As in SQL. */
        public String word() {
            return name().replace('_', ' ');
        }
    }

    /**
     * DROP of objects other than columns and constraints.
     *
     * @param names the objects; for a trigger, policy or rule its own name without schema
     * @param on the table of a trigger, policy or rule, or null
     */
    record Drop(ObjectKind kind, List<QualifiedName> names, @Nullable QualifiedName on, boolean cascade,
            boolean ifExists, boolean concurrently) implements Action {}

    /**
     * RENAME.
     *
     * @param object the object, or the table or type of a member
     * @param member the column, constraint, trigger, policy or enum value that is renamed, or null for the object itself
     */
    record Rename(ObjectKind kind, QualifiedName object, @Nullable String member, String to,
            boolean ifExists) implements Action {}

    /** ALTER … SET SCHEMA. */
    record SetSchema(ObjectKind kind, QualifiedName object, String schema) implements Action {}

    /** ALTER … OWNER TO. */
    record SetOwner(ObjectKind kind, QualifiedName object, String owner) implements Action {}

    // --- columns -----------------------------------------------------------------------------------------------------

    record AddColumn(QualifiedName table, Column column, boolean ifNotExists) implements OnTable {}

    record DropColumn(QualifiedName table, String column, boolean cascade, boolean ifExists) implements OnTable {}

    /** @param using null for the cast that the server knows */
    record AlterType(QualifiedName table, String column, TypeName type, @Nullable Expression using,
            @Nullable String collation) implements OnTable {}

    /** @param value null for DROP DEFAULT */
    record SetDefault(QualifiedName table, String column, @Nullable Expression value) implements OnTable {}

    record SetNotNull(QualifiedName table, String column) implements OnTable {}

    record DropNotNull(QualifiedName table, String column) implements OnTable {}

    /** ADD GENERATED AS IDENTITY, SET GENERATED or DROP IDENTITY. */
    record ChangeIdentity(QualifiedName table, String column, boolean drop) implements OnTable {}

    /** SET EXPRESSION or DROP EXPRESSION of a generated column. */
    record ChangeExpression(QualifiedName table, String column, @Nullable Expression value) implements OnTable {}

    /** SET STATISTICS, SET STORAGE, SET COMPRESSION, SET (n_distinct = …). */
    record ColumnSetting(QualifiedName table, String column, String setting) implements OnTable {}

    // --- constraints -------------------------------------------------------------------------------------------------

    record AddConstraint(QualifiedName table, Constraint constraint) implements OnTable {}

    record ValidateConstraint(QualifiedName table, String constraint) implements OnTable {}

    record AlterConstraint(QualifiedName table, String constraint) implements OnTable {}

    record DropConstraint(QualifiedName table, String constraint, boolean cascade,
            boolean ifExists) implements OnTable {}

    // --- other changes of tables -------------------------------------------------------------------------------------

    record AttachPartition(QualifiedName table, QualifiedName partition, boolean isDefault) implements OnTable {}

    /** @param finish FINALIZE of an interrupted concurrent detachment */
    record DetachPartition(QualifiedName table, QualifiedName partition, boolean concurrently,
            boolean finish) implements OnTable {}

    /** ALTER INDEX … ATTACH PARTITION; {@code table} is the parent index. */
    record AttachIndex(QualifiedName table, QualifiedName partition) implements OnTable {}

    /** ENABLE or DISABLE TRIGGER; {@code trigger} is ALL, USER or a name. */
    record TriggerState(QualifiedName table, String trigger, boolean enabled) implements OnTable {}

    /** ENABLE, DISABLE, FORCE or NO FORCE ROW LEVEL SECURITY. */
    record RowSecurity(QualifiedName table, boolean enabled) implements OnTable {}

    record SetLogged(QualifiedName table, boolean logged) implements OnTable {}

    record SetTablespace(QualifiedName table, String tablespace) implements OnTable {}

    record SetAccessMethod(QualifiedName table, String method) implements OnTable {}

    record SetReplicaIdentity(QualifiedName table) implements OnTable {}

    /** SET or RESET (fillfactor, autovacuum_… ), CLUSTER ON. */
    record StorageParameters(QualifiedName table, List<String> names) implements OnTable {}

    /** INHERIT or NO INHERIT. */
    record ChangeInheritance(QualifiedName table, QualifiedName parent, boolean inherit) implements OnTable {}

    /** @param command the grammar's name of the subcommand, like {@code AT_EnableRule} */
    record OtherTableChange(QualifiedName table, String command) implements OnTable {}

    // --- indexes -----------------------------------------------------------------------------------------------------

    /**
     * @param name null where the server chooses one
     * @param columns the key's elements in order: a column's name, or an expression as written in parentheses
     * @param include columns after INCLUDE
     * @param only ON ONLY: not on the partitions
     */
    record CreateIndex(@Nullable QualifiedName name, QualifiedName table, List<String> columns, List<String> include,
            @Nullable Expression where, String method, boolean unique, boolean nullsNotDistinct, boolean concurrently,
            boolean ifNotExists, boolean only) implements OnTable {}

    /** @param kind INDEX, TABLE, SCHEMA, DATABASE or OTHER for SYSTEM */
    record Reindex(ObjectKind kind, @Nullable QualifiedName name, boolean concurrently) implements Action {}

    // --- views, sequences, types, functions, triggers ---------------------------------------------------------------

    /** @param reads the relations of its query; columns are told by {@code columns} where they are named without doubt */
    record CreateView(QualifiedName view, boolean materialized, boolean orReplace, boolean ifNotExists,
            List<QualifiedName> reads, Set<String> columns, boolean star) implements Action {}

    record RefreshView(QualifiedName view, boolean concurrently) implements Action {}

    record CreateSequence(QualifiedName sequence, boolean ifNotExists) implements Action {}

    /** ALTER SEQUENCE other than renaming. */
    record AlterSequence(QualifiedName sequence) implements Action {}

    record CreateEnum(QualifiedName type, List<String> values) implements Action {}

    /** @param position BEFORE or AFTER an existing value was written */
    record AddEnumValue(QualifiedName type, String value, boolean position, boolean ifNotExists) implements Action {}

    record CreateDomain(QualifiedName domain, TypeName base, boolean notNull,
            List<Constraint> checks) implements Action {}

    /** ALTER DOMAIN; {@code constraint} is what ADD adds, or null for the other forms. */
    record AlterDomain(QualifiedName domain, @Nullable Constraint constraint, boolean setNotNull,
            boolean validate) implements Action {}

    /** A composite, range or base type. */
    record CreateType(QualifiedName type) implements Action {}

    /** @param body static SQL of its body, each statement's actions; empty where it is opaque */
    record CreateFunction(QualifiedName function, int arguments, Volatility volatility, String language,
            boolean orReplace, List<List<Action>> body) implements Action {}

    /** How far a function's result can be relied on. */
    enum Volatility {
        IMMUTABLE, STABLE, VOLATILE
    }

    record CreateTrigger(String trigger, QualifiedName table, QualifiedName function, boolean orReplace)
            implements
                OnTable {}

    record CreatePolicy(String policy, QualifiedName table) implements OnTable {}

    record CreateRule(String rule, QualifiedName table) implements OnTable {}

    record CreateSchema(String schema, boolean ifNotExists) implements Action {}

    record CreateExtension(String extension, boolean ifNotExists) implements Action {}

    /** CREATE DATABASE, ROLE, PUBLICATION and other objects that no rule looks into; {@code name} null where it has none. */
    record CreateOther(String node, ObjectKind kind, @Nullable QualifiedName name, List<QualifiedName> tables)
            implements
                Action {}

    record Comment(ObjectKind kind, @Nullable QualifiedName object) implements Action {}

    /** GRANT and REVOKE. */
    record Grant(boolean grant, ObjectKind kind, List<QualifiedName> objects) implements Action {}

    // --- rows --------------------------------------------------------------------------------------------------------

    /** @param rows whether it can bring rows at all; {@code INSERT … SELECT} does */
    record Insert(QualifiedName table, List<String> columns, List<Assignment> onConflict, boolean conflictHandled,
            List<QualifiedName> reads) implements OnTable {}

    /** @param where null for all rows */
    record Update(QualifiedName table, List<Assignment> assignments, @Nullable Expression where,
            List<QualifiedName> reads) implements OnTable {}

    /** @param where null for all rows */
    record Delete(QualifiedName table, @Nullable Expression where, List<QualifiedName> reads) implements OnTable {}

    record Merge(QualifiedName table, List<QualifiedName> reads) implements OnTable {}

    /** COPY … FROM; COPY … TO is a {@link Query}. */
    record CopyInto(QualifiedName table) implements OnTable {}

    record Truncate(List<QualifiedName> tables, boolean cascade, boolean restartIdentity) implements Action {}

    /** @param column with its field or element where one is assigned, like {@code a.x} or {@code a[1]} */
    record Assignment(String column, Expression value) {}

    /**
     * A SELECT, COPY TO, EXPLAIN or the like.
     *
     * @param reads relations it reads
     * @param locksRows FOR UPDATE, FOR SHARE and their like
     * @param functions what it calls, {@code setval} and such change something
     */
    record Query(List<QualifiedName> reads, boolean locksRows, List<Expression.Call> functions) implements Action {}

    // --- transactions and session ------------------------------------------------------------------------------------

    /** BEGIN, COMMIT and their like. */
    record TransactionControl(Control control, boolean chain) implements Action {

        /** What is said. */
        public enum Control {
            BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE, ROLLBACK_TO, PREPARE
        }
    }

    /**
     * SET, RESET and {@code SELECT set_config(…)}.
     *
     * @param name in lower case; {@code timezone} for SET TIME ZONE
     * @param value as written, without quotes; null for RESET and DEFAULT
     * @param local to the end of the transaction only
     */
    record Setting(String name, @Nullable String value, boolean local) implements Action {}

    record LockTables(List<QualifiedName> tables, LockMode mode, boolean nowait) implements Action {}

    /** @param tables empty for the whole database */
    record Vacuum(List<QualifiedName> tables, boolean full, boolean analyze) implements Action {}

    /** ANALYZE alone. */
    record Analyze(List<QualifiedName> tables) implements Action {}

    /** CLUSTER, or REPACK of 19. */
    record Cluster(@Nullable QualifiedName table) implements Action {}

    /**
     * DO.
     *
     * @param body the static SQL inside, each statement's actions
     * @param dynamic whether it runs text that it puts together (EXECUTE)
     */
    record Block(String language, List<List<Action>> body, boolean dynamic) implements Action {}

    /** CALL, and anything else that no rule looks into; {@code node} is the grammar's name. */
    record Other(String node) implements Action {}
}
