package dev.rubicon.web.pages;

import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.engine.schema.SchemaObject.Kind;
import dev.rubicon.engine.schema.SchemaSnapshot;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.security.Actor;
import dev.rubicon.verification.Baseline;
import dev.rubicon.verification.Drift;
import dev.rubicon.verification.Drifts;
import dev.rubicon.verification.SchemaChange;
import dev.rubicon.verification.StoredSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One target that drifted; on another one that could not be looked at. */
public class FakeDrifts {

    static final String DRIFTED = "shop-ap-02";
    private static final String DIGITS = "4f1c".repeat(16);
    private static final String USERS = """
            CREATE TABLE public.users (
                id bigint NOT NULL,
                username character varying(40) NOT NULL,
                loyalty_programme_membership_number_of_the_household character varying(120) DEFAULT 'none'::character varying,
                touched integer DEFAULT 0 NOT NULL
            );
            ALTER TABLE public.users OWNER TO shop;
            """;

    final List<String> deeds = new ArrayList<>();

    public List<Drifts.Drifted> all(Actor actor) {
        return actor.name().equals("newcomer")
                ? List.of()
                : List.of(new Drifts.Drifted(DRIFTED, "production", 3, ago(190)));
    }

    public Drift of(Actor actor, String target) {
        Baseline baseline = new Baseline(target, "jdbc:postgresql://db/shop", Baseline.Why.ROLLOUT, ago(3000), 112L, 7L,
                null, null, 18, List.of());
        return switch (target) {
            case DRIFTED -> new Drift(target, "production", Drift.State.DRIFTED, baseline, ago(9), DIGITS, "",
                    List.of(item(Kind.TABLE, "public.users", USERS,
                            USERS.replace("DEFAULT 0 NOT NULL", "DEFAULT 1 NOT NULL,\n    note text")),
                            item(Kind.INDEX, "public.users_by_touched", null,
                                    "CREATE INDEX users_by_touched ON public.users USING btree (touched);\n"),
                            item(Kind.VIEW, "public.names",
                                    "CREATE VIEW public.names AS\n SELECT id,\n    username\n   FROM users;\n", null)),
                    List.of(new Drift.Item(new SchemaChange(Kind.INDEX, "public.tmp", null, "x;\n"), ago(9000),
                            ago(8000),
                            ago(7900), "it is as it should be again")));
            case "shop-us-01" -> new Drift(target, "staging", Drift.State.UNWATCHED, null, null, "", "", List.of(),
                    List.of());
            default -> new Drift(target, "production", Drift.State.NONE, baseline, ago(40), DIGITS,
                    "Rollout #118 of rename-username is at work here", List.of(), List.of());
        };
    }

    private static Drift.Item item(Kind kind, String name, @Nullable String expected, @Nullable String found) {
        return new Drift.Item(new SchemaChange(kind, name, expected, found), ago(190), ago(9), null, null);
    }

    public Drift look(Actor actor, String target) {
        deeds.add("look " + target);
        return of(actor, target);
    }

    public Drift accept(Actor actor, String target, @Nullable String fingerprint, @Nullable String reason) {
        if ("stale".equals(reason)) {
            throw new Problem(ProblemType.STALE, "The schema is another than the one you saw");
        }
        deeds.add("accept %s %s %s".formatted(target, DIGITS.equals(fingerprint), reason));
        return of(actor, target);
    }

    public String plan(Actor actor, String target) {
        return "# Drafted from what differs.\nplan: reconcile-" + target + "\ntitle: Lead it back\n";
    }

    private static Instant ago(int minutes) {
        return Instant.now().minus(Duration.ofMinutes(minutes));
    }

    /** The schemas of the same targets. */
    public static class FakeSchemas {
        public Optional<StoredSnapshot> last(Actor actor, String target) {
            List<SchemaObject> objects = new ArrayList<>(List.of(new SchemaObject(Kind.TABLE, "public.users", USERS)));
            IntStream.range(0, 320).forEach(i -> objects.add(new SchemaObject(Kind.INDEX,
                    "public.loyalty_programme_membership_history_by_customer_" + i,
                    "CREATE INDEX x ON public.users USING btree (touched);\n")));
            return target.equals("shop-us-01")
                    ? Optional.empty()
                    : Optional.of(new StoredSnapshot(1, target, StoredSnapshot.Why.AFTER_RUN, 112L, 7L, ago(3000),
                            ago(9), new SchemaSnapshot(18, objects, List.of())));
        }
    }
}
