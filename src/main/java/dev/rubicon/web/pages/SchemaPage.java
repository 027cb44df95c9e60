package dev.rubicon.web.pages;

import dev.rubicon.engine.schema.SchemaObject;
import dev.rubicon.registry.Target;
import dev.rubicon.verification.StoredSnapshot;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The schema of a target as it was last read, its objects by kind.
 *
 * @param seen when it was last read so, or null when it never was
 * @param more how many objects that were asked for do not stand on the page
 */
record SchemaPage(String target, String environment, @Nullable Moment seen, String read, String fingerprint,
        String query, List<Group> groups, int found, int all, int more, boolean mayRead) {

    private static final int MOST = 300;

    record Group(String kind, int count, List<Item> items) {}

    record Item(String name, List<SqlToken> text) {}

    static SchemaPage of(Target target, @Nullable StoredSnapshot stored, String query, boolean mayRead, Instant now) {
        if (stored == null) {
            return new SchemaPage(target.name(), target.environment(), null, "", "", query, List.of(), 0, 0, 0,
                    mayRead);
        }
        String part = query.strip().toLowerCase(Locale.ROOT);
        List<SchemaObject> objects = stored.snapshot().objects();
        List<SchemaObject> found = objects.stream()
                .filter(each -> each.words().toLowerCase(Locale.ROOT).contains(part)).toList();
        Map<SchemaObject.Kind, List<SchemaObject>> kinds = found.stream().limit(MOST)
                .collect(Collectors.groupingBy(SchemaObject::kind, LinkedHashMap::new, Collectors.toList()));
        List<Group> groups = kinds.entrySet().stream().map(entry -> new Group(entry.getKey().words(),
                (int) found.stream().filter(each -> each.kind() == entry.getKey()).count(),
                entry.getValue().stream().map(each -> new Item(each.name(), SqlToken.of(each.text().strip())))
                        .toList()))
                .toList();
        return new SchemaPage(target.name(), target.environment(), Moment.of(stored.seenAt(), now),
                "PostgreSQL %d, first read so when %s".formatted(stored.snapshot().serverVersion(),
                        stored.why().words()),
                stored.snapshot().fingerprint().shortened(), query.strip(), groups, found.size(), objects.size(),
                Math.max(0, found.size() - MOST), mayRead);
    }
}
