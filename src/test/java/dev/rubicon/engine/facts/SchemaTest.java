package dev.rubicon.engine.facts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.engine.facts.Action.TransactionControl.Control;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SchemaTest {

    private static final QualifiedName USERS = QualifiedName.of("users");
    private static final QualifiedName ORDERS = QualifiedName.of("orders");

    private final Schema schema = Schema.open();

    @Test
    void carriesANewNameToEverythingThatNamesTheTable() {
        createUsersAndOrders();

        schema.apply(new Action.Rename(Action.ObjectKind.TABLE, USERS, null, "people", false));

        QualifiedName people = QualifiedName.of("people");
        assertThat(schema.relation(USERS)).isEmpty();
        assertThat(schema.foreignKeysTo(people)).extracting(key -> key.constraint().name())
                .containsExactly("orders_user_id_fkey");
        assertThat(schema.indexesOf(people)).extracting(index -> index.name().name()).containsExactly("users_pkey");
        assertThat(schema.gone(Action.ObjectKind.TABLE, USERS)).isTrue();
    }

    @Test
    void takesBackWhatARolledBackTransactionDid() {
        createUsersAndOrders();
        control(Control.BEGIN);
        schema.apply(new Action.DropColumn(ORDERS, "user_id", false, false));
        control(Control.SAVEPOINT);
        schema.apply(new Action.AddColumn(ORDERS, column("total", "int8"), false));

        control(Control.ROLLBACK_TO);
        assertThat(schema.column(ORDERS, "total")).isEmpty();
        assertThat(schema.column(ORDERS, "user_id")).isEmpty();

        control(Control.ROLLBACK);
        assertThat(schema.column(ORDERS, "user_id")).isPresent();
        assertThat(schema.foreignKeysTo(USERS)).hasSize(1);
    }

    @Test
    void forgetsThatStatementsMadeAnything() {
        createUsersAndOrders();
        assertThat(schema.fresh(ORDERS)).isTrue();

        schema.forgetMade();

        assertThat(schema.fresh(ORDERS)).isFalse();
        assertThat(schema.column(ORDERS, "user_id").orElseThrow().made()).isFalse();
        assertThat(schema.foreignKeysTo(USERS).getFirst().constraint().made()).isFalse();
        assertThat(schema.indexesOf(USERS).getFirst().made()).isFalse();
    }

    @Test
    void rememberOfATableNeverHeardOfOnlyWhatWasSaid() {
        schema.apply(new Action.DropColumn(USERS, "nickname", false, false));
        schema.apply(new Action.SetNotNull(USERS, "email"));

        Schema.Relation users = schema.relation(USERS).orElseThrow();
        assertThat(users.known()).isFalse();
        assertThat(users.gone()).containsExactly("nickname");
        assertThat(users.columns().get("email")).satisfies(email -> {
            assertThat(email.type()).isNull();
            assertThat(email.notNull()).isTrue();
        });
        assertThat(schema.fresh(USERS)).isFalse();
    }

    @Test
    void keepsACopyApart() {
        createUsersAndOrders();
        Schema copy = schema.copy();

        copy.apply(new Action.Drop(Action.ObjectKind.TABLE, List.of(USERS), null, true, false, false));

        assertThat(schema.foreignKeysFrom(ORDERS)).hasSize(1);
        assertThat(copy.foreignKeysFrom(ORDERS)).isEmpty();
        assertThat(schema.differences(copy)).extracting(Difference::text)
                .containsExactly("foreign key orders_user_id_fkey of orders is gone", "table public.users is gone");
    }

    @Test
    void tellsWhatARollbackLeft() {
        Schema after = schema.copy();
        after.apply(new Action.AddColumn(USERS, column("nickname", "text"), false));
        after.apply(new Action.AlterType(USERS, "id", type("int8"), null, null));
        Schema back = after.copy();

        assertThat(schema.notUndone(after, back)).extracting(Difference::text)
                .containsExactlyInAnyOrder("column users.nickname is still there", "column users.id is still int8");

        back.apply(new Action.DropColumn(USERS, "nickname", false, false));
        back.apply(new Action.AlterType(USERS, "id", type("int4"), null, null));
        assertThat(schema.notUndone(after, back)).isEmpty();
    }

    @Test
    void countsADroppedColumnAsRestoredThoughNobodyKnowsItsType() {
        Schema after = schema.copy();
        after.apply(new Action.DropColumn(USERS, "nickname", false, false));
        Schema back = after.copy();
        assertThat(schema.notUndone(after, back)).extracting(Difference::text)
                .containsExactly("column users.nickname is gone");

        back.apply(new Action.AddColumn(USERS, column("nickname", "text"), false));
        assertThat(schema.notUndone(after, back)).isEmpty();
    }

    @Test
    void findsAProofThatAColumnIsNotNull() {
        createUsersAndOrders();
        Expression check = new Expression("user_id IS NOT NULL", Set.of("user_id"), List.of(), false,
                Set.of("user_id"));
        schema.apply(new Action.AddConstraint(ORDERS, new Constraint("user_given", Constraint.Kind.CHECK,
                List.of("user_id"), check, null, List.of(), true, true, null, false, false, "")));
        assertThat(schema.provesNotNull(ORDERS, "user_id")).isEmpty();

        schema.apply(new Action.ValidateConstraint(ORDERS, "user_given"));

        assertThat(schema.provesNotNull(ORDERS, "user_id")).contains("user_given");
    }

    @Test
    void staysQuickWhileManyFilesAreRead() {
        IntStream.range(0, 20_000).forEach(i -> {
            QualifiedName table = QualifiedName.of("t" + i);
            schema.apply(create(table, column("id", "int4", key("id"))));
            schema.apply(new Action.AddColumn(table, column("user_id", "int4"), false));
            schema.forgetMade();
            schema.copy();
        });

        assertThat(schema.relations()).hasSize(20_000);
        assertThat(schema.indexesOf(QualifiedName.of("t777"))).hasSize(1);
    }

    private void createUsersAndOrders() {
        schema.apply(create(USERS, column("id", "int4", key("id"))));
        schema.apply(create(ORDERS, column("user_id", "int4",
                constraint(Constraint.Kind.FOREIGN_KEY, List.of("user_id"), USERS))));
    }

    private void control(Control control) {
        schema.apply(new Action.TransactionControl(control, false));
    }

    private static Action create(QualifiedName table, Column column) {
        return new Action.CreateTable(table, List.of(column), List.of(), List.of(), List.of(), null, false, false,
                Action.Persistence.PERMANENT, false, false, List.of());
    }

    private static Column column(String name, String type, Constraint... constraints) {
        return new Column(name, type(type), false, null, null, null, null, List.of(constraints), name + " " + type);
    }

    private static TypeName type(String name) {
        return new TypeName(null, name, List.of(), false, name);
    }

    private static Constraint key(String column) {
        return constraint(Constraint.Kind.PRIMARY_KEY, List.of(column), null);
    }

    private static Constraint constraint(Constraint.Kind kind, List<String> columns,
            @Nullable QualifiedName references) {
        return new Constraint(null, kind, columns, null, references, List.of(), false, true, null, false, false, "");
    }
}
