package dev.rubicon.rehearsal;

import dev.rubicon.embedded.EmbeddedAccess;
import dev.rubicon.engine.Engines;
import dev.rubicon.engine.Shadows;
import dev.rubicon.engine.TargetUnavailable;
import dev.rubicon.registry.EngineKind;
import dev.rubicon.registry.TargetAccess;
import dev.rubicon.registry.Targets;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** The servers on which shadows can be made: the one that an administrator named, and the one that Rubicon brings along. */
@Component
class ShadowServers {

    /** The words for both in a rehearsal's row. */
    static final String NAMED = "named";
    static final String EMBEDDED = "embedded";
    /** Before the name of the registered target that is a copy. */
    private static final String COPY = "copy:";

    private final Engines engines;
    private final @Nullable TargetAccess named;
    private final @Nullable TargetAccess embedded;
    private final Targets targets;

    ShadowServers(Engines engines, RehearsalSettings settings, ObjectProvider<EmbeddedAccess> embedded,
            Targets targets) {
        this.engines = engines;
        this.targets = targets;
        this.named = settings.namesServer()
                ? access("rehearsal-server", Objects.requireNonNull(settings.url()), settings.username(),
                        settings.password())
                : null;
        EmbeddedAccess own = embedded.getIfAvailable();
        this.embedded = own == null ? null : access("embedded-server", own.url(), own.username(), own.password());
    }

    private static TargetAccess access(String name, String url, @Nullable String username, @Nullable String password) {
        return new TargetAccess(name, EngineKind.POSTGRESQL, "rehearsal", url, username, password, Map.of());
    }

    /** A server, and the word for it. */
    record Choice(String word, Shadows shadows, int version) {}

    /**
     * The server for shadows of targets of this major version: one that fits if there is one, else the one that an
     * administrator named.
     *
     * @throws Obstacle when there is none, with what to set
     */
    Choice forVersion(int wanted) {
        Optional<Choice> byName = Optional.ofNullable(named).map(access -> choice(NAMED, access));
        if (byName.filter(choice -> choice.version == wanted).isPresent()) {
            return byName.get();
        }
        Optional<Choice> own = Optional.ofNullable(embedded).map(access -> choice(EMBEDDED, access))
                .filter(choice -> choice.version == wanted);
        return own.or(() -> byName).orElseThrow(() -> new Obstacle("""
                There is no server for a shadow of a PostgreSQL %d: set rubicon.rehearsal.url, rubicon.rehearsal.username and \
                rubicon.rehearsal.password to a PostgreSQL %d that is meant for it, with an account that may make databases \
                and roles (CREATEDB, CREATEROLE)""".formatted(wanted, wanted)));
    }

    /** The server of a copy; the copy is the database that it is named by. */
    Choice ofCopy(String copy) {
        return choice(COPY + copy, server(COPY + copy));
    }

    private Choice choice(String word, TargetAccess access) {
        Shadows shadows = engines.of(access.engine()).shadows(access);
        try {
            return new Choice(word, shadows, shadows.serverVersion());
        } catch (TargetUnavailable unavailable) {
            throw new Obstacle("The server for shadows does not answer: " + unavailable.getMessage());
        }
    }

    /** @throws Obstacle when this node does not know the server */
    Shadows byWord(String word) {
        TargetAccess access = server(word);
        return engines.of(access.engine()).shadows(access);
    }

    /**
     * What a shadow's role signs in with: nowhere kept, and known to every node that knows the server.
     *
     * @throws Obstacle when the server's account has none, for anybody could work the shadow's out then
     */
    String password(String word, String shadow) {
        TargetAccess server = server(word);
        String secret = server.password();
        if (secret == null || secret.isEmpty()) {
            throw new Obstacle(
                    ("The password of a shadow's role is made of that of the server's account, and none is kept for "
                            + "%s: %s").formatted(server.name(), word.startsWith(COPY)
                                    ? "give the target " + server.name() + " a password"
                                    : "set rubicon.rehearsal.password"));
        }
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(("shadow " + secret).getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(shadow.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    private TargetAccess server(String word) {
        if (word.startsWith(COPY)) {
            return targets.access(word.substring(COPY.length()));
        }
        TargetAccess access = word.equals(NAMED) ? named : embedded;
        if (access == null) {
            throw new Obstacle("This node does not know the server of the shadow: set rubicon.rehearsal.url, "
                    + "rubicon.rehearsal.username and rubicon.rehearsal.password on every node");
        }
        return access;
    }
}
