package dev.rubicon.web.pages;

import dev.rubicon.execution.NodeState;
import dev.rubicon.execution.NodeView;
import dev.rubicon.execution.Nodes;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** Which servers carry the runs. */
@Controller
class NodesPages {

    /**
     * @param tone how the state looks
     * @param state in words
     * @param clock what is wrong with its machine's clock, or an empty text
     */
    record Row(String name, boolean self, String tone, String state, String version, Moment since, Moment seen,
            int runs, String clock) {}

    private final Nodes nodes;
    private final Clock clock;

    NodesPages(Nodes nodes, Clock clock) {
        this.nodes = nodes;
        this.clock = clock;
    }

    @GetMapping("/nodes")
    String nodes(@AuthenticationPrincipal Actor actor, Model model) {
        actor.demandAnywhere(Permission.READ);
        Instant now = clock.instant();
        List<Row> rows = nodes.list().stream().map(node -> row(node, now)).toList();
        model.addAttribute("nodes", rows);
        return "nodes";
    }

    private static Row row(NodeView node, Instant now) {
        String ahead = node.clockAheadMillis() == 0
                ? ""
                : "Its clock is " + Amounts.duration(Duration.ofMillis(Math.abs(node.clockAheadMillis())))
                        + (node.clockAheadMillis() > 0 ? " ahead" : " behind") + "; it goes by the database's";
        return new Row(node.name(), node.self(), tone(node.state()), words(node.state()), node.version(),
                Moment.of(node.since(), now), Moment.of(node.seenAt(), now), node.runs(), ahead);
    }

    private static String tone(NodeState state) {
        return switch (state) {
            case WORKING -> "good";
            case LEAVING -> "hold";
            case SILENT -> "bad";
            case ENDED -> "soft";
        };
    }

    private static String words(NodeState state) {
        return switch (state) {
            case WORKING -> "working";
            case LEAVING -> "leaving: hands over its runs";
            case SILENT -> "silent: others take its runs";
            case ENDED -> "left";
        };
    }
}
