package dev.rubicon.web.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rubicon.faults.Network;
import dev.rubicon.rollout.RolloutEvents;
import dev.rubicon.testing.Fleet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** A page whose way to the server breaks, and what it knows when it is there again. */
class ConnectionJourneyIT extends Journey {

    /** Notes from where the page listens, and the number of each event that it hears, once. */
    private static final String LISTENER = """
            window.heard = [];
            window.EventSource = class extends EventSource {
                constructor(address) {
                    super(address);
                    window.from ??= Number(new URL(address, location.href).searchParams.get('after'));
                }
                addEventListener(type, listener) {
                    super.addEventListener(type, (event) => {
                        if (event.lastEventId && type !== 'heartbeat') window.heard.push(Number(event.lastEventId));
                        listener(event);
                    });
                }
            };
            """;

    @Autowired
    private RolloutEvents events;

    private @Nullable Network network;

    @Override
    int portOfBrowser() {
        network = new Network(port);
        return network.port();
    }

    @AfterAll
    void takeTheNetworkDown() {
        Objects.requireNonNull(network).close();
    }

    @Test
    void saysThatItIsLostAndMissesNothingWhenItIsThereAgain() {
        Network wire = Objects.requireNonNull(network);
        Fleet fleet = new Fleet(api, "journey-wire", 1, 5);
        long id = openedByHand(fleet, plan(fleet, "A column behind a broken wire", column("wire")));
        Person operator = arrives("operator");
        operator.page().addInitScript(LISTENER);
        operator.opensRollout(id).seesConnection("live").sees("0 of 1 approval given");
        long before = ((Number) Objects.requireNonNull(operator.page().evaluate("() => window.from"))).longValue();
        api.as("operator").post("/rollouts/" + id + "/pause", Map.of()).expect(202);
        operator.seesButton("Resume");

        wire.goSilent();
        wire.cut();
        operator.seesConnection("reconnecting");
        api.as("operator").post("/rollouts/" + id + "/resume", Map.of()).expect(202);
        fleet.approve(fleet.rollout(id), 0).expect(201);
        operator.sees("0 of 1 approval given");

        wire.heal();
        operator.seesConnection("live").seesNo("0 of 1 approval given").seesButton("Start Expand");
        Awaitility.await().untilAsserted(() -> assertThat(heard(operator)).containsExactlyElementsOf(
                events.after(id, before, 500).stream().map(RolloutEvents.Event::seq).toList()));
        operator.presses("Start Expand").isTold("Started").isOn("done");
        operator.complaints().removeIf(complaint -> complaint.contains("net::ERR_"));
    }

    private static List<Long> heard(Person person) {
        return ((List<?>) person.page().evaluate("() => window.heard")).stream()
                .map(number -> ((Number) number).longValue()).toList();
    }

    @Test
    void saysThatAPressDidNotArrive() {
        Network wire = Objects.requireNonNull(network);
        Fleet fleet = new Fleet(api, "journey-lost", 1, 5);
        long id = opened(fleet, plan(fleet, "A column that nobody hears of", column("lost")));
        Person operator = arrives("operator").opensRollout(id).seesConnection("live");
        operator.page().route("**/pause", route -> route.abort());
        operator.presses("Pause").isRefused("It was not sent", "try again");
        operator.page().unroute("**/pause");
        wire.cut();
        operator.seesConnection("live").presses("Pause").isTold("Pause asked for");
        operator.complaints().removeIf(complaint -> complaint.contains("net::ERR_")
                || complaint.startsWith("htmx:"));
    }
}
