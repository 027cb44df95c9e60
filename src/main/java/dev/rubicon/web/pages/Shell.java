package dev.rubicon.web.pages;

import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import dev.rubicon.security.Role;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** What every page has around it: who reads. */
@ControllerAdvice(basePackageClasses = Shell.class)
class Shell {

    /**
     * Who reads.
     *
     * @param roles in words, by environment
     */
    record Me(String name, String roles, boolean author, boolean audits, boolean managesTargets) {}

    @ModelAttribute("me")
    @Nullable
    Me me(@AuthenticationPrincipal @Nullable Actor actor) {
        return actor == null
                ? null
                : new Me(actor.name(), roles(actor.grants()), actor.mayAnywhere(Permission.SUBMIT_PLAN),
                        actor.mayAnywhere(Permission.READ_AUDIT), actor.mayAnywhere(Permission.MANAGE_TARGETS));
    }

    private static String roles(Map<String, Set<Role>> grants) {
        return new TreeMap<>(grants).entrySet().stream().map(grant -> grant.getValue().stream().sorted()
                .map(role -> role.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(", "))
                + (grant.getKey().equals(Actor.EVERYWHERE) ? "" : " in " + grant.getKey()))
                .collect(Collectors.joining("; "));
    }
}
