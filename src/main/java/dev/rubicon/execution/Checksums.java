package dev.rubicon.execution;

import dev.rubicon.plan.Work;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.springframework.stereotype.Component;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** What tells one work from another in a target's ledger: SHA-256 over its kind and its text, not over its formatting. */
@Component
class Checksums {

    private final JsonMapper stable = JsonMapper.builder().enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

    String of(Work work) {
        Object text = work instanceof Work.Sql sql ? sql.text() : work;
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(work.kind().getBytes(StandardCharsets.UTF_8));
            digest.update(stable.writeValueAsBytes(text));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
