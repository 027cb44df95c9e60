package dev.rubicon.engine;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.EngineKind;

/** This server has no adapter for a kind of database. */
public class EngineMissing extends Problem {

    public EngineMissing(EngineKind kind) {
        super(ProblemType.ENGINE_MISSING,
                "This version of Rubicon cannot work on " + kind.wireName() + " targets yet");
    }
}
