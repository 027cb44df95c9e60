package dev.rubicon.analysis;

import dev.rubicon.analysis.Judgement.Analysis;
import dev.rubicon.engine.Catalog;
import dev.rubicon.engine.Engines;
import dev.rubicon.engine.QueryFailed;
import dev.rubicon.engine.TargetReader;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.Target;
import dev.rubicon.registry.Targets;
import dev.rubicon.security.Actor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Judges a second time, with the catalog of a target, and says what that changed. */
@Component
public class SecondPass {

    private final Targets targets;
    private final Engines engines;

    SecondPass(Targets targets, Engines engines) {
        this.targets = targets;
        this.engines = engines;
    }

    /**
     * A judgement with a catalog.
     *
     * @param analyses with the catalog, in the order of the texts
     * @param serverVersion the target's major version
     * @param learned where it differs from the judgement by the text alone
     */
    public record Refined(List<Analysis> analyses, String target, int serverVersion, List<Learned> learned) {}

    /**
     * Reads the target's catalogs, which takes no lock on any table there, and judges with them.
     *
     * @param judge is asked twice: without a catalog for the target's version, and with it
     * @throws Problem not-found for a target that the actor may not see, conflict when it cannot be read now
     */
    public Refined judge(Actor actor, String target, boolean style, Function<Terms, List<Analysis>> judge) {
        Target found = targets.get(actor, target);
        Catalog catalog = read(found);
        List<Analysis> text = judge.apply(new Terms(catalog.serverVersion(), null, style));
        List<Analysis> refined = judge.apply(new Terms(catalog.serverVersion(), catalog.schema(), style));
        List<Learned> learned = new ArrayList<>();
        for (int i = 0; i < text.size(); i++) {
            learned.addAll(Learned.between(text.get(i), refined.get(i)));
        }
        return new Refined(refined, target, catalog.serverVersion(), learned);
    }

    private Catalog read(Target target) {
        try (TargetReader reader = engines.of(target.engine()).read(targets.access(target.name()))) {
            return reader.catalog();
        } catch (TargetUnavailable | QueryFailed unreadable) {
            throw new Problem(ProblemType.CONFLICT, "The catalog of " + target.name() + " cannot be read now: "
                    + unreadable.getMessage());
        }
    }
}
