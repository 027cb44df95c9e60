package dev.rubicon.registry;

import org.jspecify.annotations.Nullable;

/** This server does not have the key that the nodes of its control database seal passwords with. */
class OtherKey extends RuntimeException {

    static final String REMEDY = "Give this server the RUBICON_ENCRYPTION_KEY of the other nodes; after a change of the "
            + "key, the former one belongs into RUBICON_ENCRYPTION_KEY_PREVIOUS. Without that variable the key is the "
            + "file encryption.key in rubicon.home of the node that made it. Is the key lost for good: DELETE FROM "
            + "encryption_key in the control database, start, and enter the passwords of the targets again.";

    OtherKey(String theirs, @Nullable String own) {
        super("The passwords in this control database are sealed with the key " + theirs + ", and this server has "
                + (own == null ? "none" : "the key " + own));
    }
}
