package dev.rubicon.engine.postgres;

import static dev.rubicon.engine.facts.LockMode.ACCESS_EXCLUSIVE;
import static dev.rubicon.engine.facts.LockMode.SHARE_ROW_EXCLUSIVE;
import static dev.rubicon.engine.facts.LockMode.SHARE_UPDATE_EXCLUSIVE;

import dev.rubicon.engine.facts.Action;
import dev.rubicon.engine.facts.Expression;
import dev.rubicon.engine.facts.LockMode;
import dev.rubicon.engine.facts.QualifiedName;
import dev.rubicon.engine.facts.Schema;
import dev.rubicon.engine.facts.Schema.ConstraintState;
import dev.rubicon.engine.facts.Schema.ForeignKey;
import dev.rubicon.engine.facts.Schema.Index;
import java.util.Optional;
import java.util.regex.Pattern;

/** What comes and goes below a partitioned table. */
final class PartitionEffects {

    /** Conditions of the kind that a partition's bound is: a range, one value, a list of values. */
    private static final Pattern BOUND = Pattern.compile("(?is).*(>=.*<|<.*>=|[^<>!]=|\\bIN\\b).*");

    private final Effects effects;
    private final Schema schema;

    PartitionEffects(Effects effects) {
        this.effects = effects;
        this.schema = effects.schema();
    }

    /** A table made as a partition is empty, but the parent is locked as for any change of its shape. */
    void create(QualifiedName parent, boolean isDefault) {
        effects.lock(parent, ACCESS_EXCLUSIVE, "it gets a partition");
        if (!isDefault) {
            shrinkDefault(parent);
        }
        schema.foreignKeysFrom(parent).forEach(key -> new Severing(effects).references(key, SHARE_ROW_EXCLUSIVE));
    }

    /** The DEFAULT partition must hold no row that now belongs elsewhere. */
    private void shrinkDefault(QualifiedName parent) {
        effects.defaultPartition(parent).forEach(each -> {
            effects.lock(each, ACCESS_EXCLUSIVE, "it may hold rows of the new partition");
            effects.scanParts(each);
        });
    }

    void attach(Action.AttachPartition attach) {
        QualifiedName parent = attach.table();
        QualifiedName partition = attach.partition();
        effects.lock(parent, SHARE_UPDATE_EXCLUSIVE, "it gets a partition");
        effects.lockParts(partition, ACCESS_EXCLUSIVE, "it becomes a partition");
        if (!attach.isDefault()) {
            shrinkDefault(parent);
        }
        Optional<ConstraintState> proof = proof(partition);
        proof.ifPresent(
                check -> effects.learned("CHECK " + check.name() + " is taken to imply the partition's bound, so "
                        + effects.shown(partition) + " is not read for it"));
        if (proof.isEmpty() || attach.isDefault() || lacksIndex(parent, partition)) {
            effects.scanParts(partition);
        }
        for (ForeignKey key : schema.foreignKeysFrom(parent)) {
            new Severing(effects).references(key, SHARE_ROW_EXCLUSIVE);
            effects.scanParts(partition);
            QualifiedName referenced = key.constraint().definition().references();
            if (referenced != null) {
                effects.scanParts(referenced);
            }
        }
    }

    /** The action does not carry the bound, so a valid CHECK of its kind is taken to have been made for it. */
    private Optional<ConstraintState> proof(QualifiedName partition) {
        return schema.relation(partition).stream().flatMap(each -> each.constraints().values().stream())
                .filter(each -> {
                    Expression check = each.definition().check();
                    return each.valid() && check != null && BOUND.matcher(check.sql()).matches();
                }).findFirst();
    }

    /** An index of the parent that the partition has no match for is built now. */
    private boolean lacksIndex(QualifiedName parent, QualifiedName partition) {
        return schema.indexesOf(parent).stream().anyMatch(wanted -> schema.indexesOf(partition).stream()
                .noneMatch(index -> sameKey(wanted, index)));
    }

    private static boolean sameKey(Index one, Index other) {
        return one.columns().equals(other.columns()) && (!one.unique() || other.unique());
    }

    void detach(Action.DetachPartition detach) {
        QualifiedName parent = detach.table();
        QualifiedName partition = detach.partition();
        boolean online = detach.concurrently() || detach.finish();
        LockMode onParent = online ? SHARE_UPDATE_EXCLUSIVE : ACCESS_EXCLUSIVE;
        effects.lock(parent, onParent, "it loses a partition");
        effects.lockParts(partition, ACCESS_EXCLUSIVE, "it stops being a partition");
        if (!online) {
            effects.defaultPartition(parent).forEach(each -> effects.lock(each, ACCESS_EXCLUSIVE,
                    "it takes the rows of the missing partition from now on"));
        }
        schema.foreignKeysFrom(parent).forEach(key -> new Severing(effects).references(key, SHARE_ROW_EXCLUSIVE));
        schema.foreignKeysTo(parent).forEach(key -> {
            effects.lockFamily(key.table(), ACCESS_EXCLUSIVE, "no row of it may reference the partition");
            effects.scanParts(key.table());
            effects.scanParts(partition);
        });
    }

    void attachIndex(Action.AttachIndex attach) {
        effects.lockIndex(attach.table(), SHARE_UPDATE_EXCLUSIVE, "it gets a part");
        effects.lockIndex(attach.partition(), ACCESS_EXCLUSIVE, "it becomes a part of " + attach.table());
        for (QualifiedName each : new QualifiedName[]{attach.table(), attach.partition()}) {
            schema.index(each).ifPresent(index -> effects.lock(index.table(), LockMode.ACCESS_SHARE,
                    "an index of it is attached"));
        }
    }
}
