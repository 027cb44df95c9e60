package dev.rubicon.engine.postgres;

import dev.rubicon.engine.facts.Action;
import java.util.List;

final class ActionReader {
    static List<Action> actions(Scripts.Parsed parsed) {
        return List.of(new Action.Other(parsed.node()));
    }
}
