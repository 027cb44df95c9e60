package dev.rubicon.web.pages;

import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import dev.rubicon.security.Role;
import java.util.ArrayList;
import java.util.List;
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
     * @param places to jump to besides those of the navigation
     */
    record Me(String name, String roles, boolean author, boolean audits, boolean managesTargets,
            boolean managesPeople, List<Place> places) {}

    record Place(String href, String title) {}

    @ModelAttribute("me")
    @Nullable
    Me me(@AuthenticationPrincipal @Nullable Actor actor) {
        return actor == null
                ? null
                : new Me(actor.name(), roles(actor.grants()), actor.mayAnywhere(Permission.SUBMIT_PLAN),
                        actor.mayAnywhere(Permission.READ_AUDIT), actor.mayAnywhere(Permission.MANAGE_TARGETS),
                        actor.mayAnywhere(Permission.MANAGE_PEOPLE), places(actor));
    }

    private static List<Place> places(Actor actor) {
        List<Place> places = new ArrayList<>(List.of(new Place("/settings/environments", "Environments"),
                new Place("/settings/freeze-windows", "Freeze windows"), new Place("/settings/tokens", "Tokens"),
                new Place("/settings/users/" + actor.name(), "Your account"), new Place("/nodes", "Nodes")));
        if (actor.mayAnywhere(Permission.MANAGE_PEOPLE)) {
            places.add(new Place("/settings/users", "Users"));
        }
        if (actor.may(Permission.MANAGE_WEBHOOKS, Actor.EVERYWHERE)) {
            places.add(new Place("/settings/webhooks", "Webhooks"));
        }
        return places;
    }

    private static String roles(Map<String, Set<Role>> grants) {
        return new TreeMap<>(grants).entrySet().stream().map(grant -> grant.getValue().stream().sorted()
                .map(role -> role.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(", "))
                + (grant.getKey().equals(Actor.EVERYWHERE) ? "" : " in " + grant.getKey()))
                .collect(Collectors.joining("; "));
    }
}
