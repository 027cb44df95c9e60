package dev.rubicon.rehearsal;

import dev.rubicon.execution.RehearsalGround;
import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import dev.rubicon.registry.TargetAccess;
import org.springframework.stereotype.Component;

/** Tells the execution how to connect to a shadow. */
@Component
class ShadowGround implements RehearsalGround {

    private final RehearsalRows rows;
    private final ShadowServers servers;

    ShadowGround(RehearsalRows rows, ShadowServers servers) {
        this.rows = rows;
        this.servers = servers;
    }

    @Override
    public TargetAccess access(String shadow) {
        String server = rows.withShadow(shadow).map(Rehearsal::server)
                .orElseThrow(() -> new Problem(ProblemType.CONFLICT, "The rehearsal on " + shadow + " has ended"));
        try {
            return servers.byWord(server).access(shadow, servers.password(server, shadow));
        } catch (Obstacle unknown) {
            throw new Problem(ProblemType.CONFLICT, String.valueOf(unknown.getMessage()));
        }
    }
}
