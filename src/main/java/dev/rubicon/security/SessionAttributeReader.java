package dev.rubicon.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.convert.converter.Converter;

/**
 * Reads what is kept in a session. It may come from a node of another version, whose classes are not these: what cannot
 * be read counts as not there, so that its owner signs in anew instead of looking at an error. Only what sessions hold is
 * let through, for whoever can write to the table must not be able to make this process run a class of their choice.
 */
class SessionAttributeReader implements Converter<byte[], @Nullable Object> {

    private static final Logger log = LoggerFactory.getLogger(SessionAttributeReader.class);

    private static final ObjectInputFilter KNOWN = ObjectInputFilter.Config.createFilter(
            "maxdepth=20;maxarray=100000;dev.rubicon.security.*;dev.rubicon.web.pages.*;"
                    + "org.springframework.security.web.**;org.springframework.web.servlet.FlashMap;"
                    + "org.springframework.util.*;java.lang.*;java.util.*;java.util.concurrent.CopyOnWriteArrayList;!*");

    @Override
    public @Nullable Object convert(byte[] attribute) {
        try (ObjectInputStream stream = new ObjectInputStream(new ByteArrayInputStream(attribute))) {
            stream.setObjectInputFilter(KNOWN);
            return stream.readObject();
        } catch (IOException | ClassNotFoundException | RuntimeException | LinkageError e) {
            log.info("A session holds what this version cannot read, and goes on without it: {}", e.toString());
            return null;
        }
    }
}
