package dev.rubicon.testing;

import dev.rubicon.security.Accounts;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Role;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The people of every story; each one's password is the name. */
public final class People {

    private People() {}

    /** Makes the accounts, unless they are there. The administrator is the one of {@link RubiconTest}. */
    public static void arrive(Accounts accounts) {
        arrive(accounts, "author", Role.AUTHOR);
        arrive(accounts, "approver", Role.APPROVER);
        arrive(accounts, "second", Role.APPROVER);
        arrive(accounts, "operator", Role.OPERATOR);
    }

    /** The same through the API; each one's password is the name and this ending. */
    public static void arrive(Api api, String ending) {
        Map.of("author", "author", "approver", "approver", "second", "approver", "operator", "operator")
                .forEach((name, role) -> api.as("admin").post("/users", Map.of("name", name, "password", name + ending,
                        "roles", Map.of("*", List.of(role)))).expect(201));
    }

    private static void arrive(Accounts accounts, String name, Role... roles) {
        accounts.seed(name, name, name, Map.of(Actor.EVERYWHERE, Set.of(roles)));
    }
}
