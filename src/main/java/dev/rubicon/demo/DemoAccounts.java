package dev.rubicon.demo;

import dev.rubicon.security.Role;
import java.util.Set;

/** How the first people of the demo come to be: before there is one, nobody could call the API. */
interface DemoAccounts {

    /** Makes the account where there is none of that name, with the roles everywhere; leaves an existing one alone. */
    void ensure(String name, String fullName, String password, Set<Role> roles);
}
