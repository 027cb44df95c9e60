package dev.rubicon.execution.web;

import dev.rubicon.execution.NodeView;
import dev.rubicon.execution.Nodes;
import dev.rubicon.security.Actor;
import dev.rubicon.security.Permission;
import java.util.List;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** The nodes that work on this control database. */
@RestController
@RequestMapping("/api/v1/nodes")
class NodesController {

    private final Nodes nodes;

    NodesController(Nodes nodes) {
        this.nodes = nodes;
    }

    record Answer(List<NodeView> items) {}

    @GetMapping
    Answer nodes(@AuthenticationPrincipal Actor actor) {
        actor.demandAnywhere(Permission.READ);
        return new Answer(nodes.list());
    }
}
