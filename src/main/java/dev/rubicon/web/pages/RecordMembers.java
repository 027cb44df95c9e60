package dev.rubicon.web.pages;

import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.util.ReflectionUtils;

/** The members of a record by name: the facts of a problem are made by other rooms, as maps or as records. */
final class RecordMembers {

    private RecordMembers() {}

    /** An empty map for what is no record. */
    static Map<String, @Nullable Object> of(Object value) {
        Map<String, @Nullable Object> members = new HashMap<>();
        RecordComponent[] components = value.getClass().getRecordComponents();
        if (components == null) {
            return members;
        }
        for (RecordComponent component : components) {
            ReflectionUtils.makeAccessible(component.getAccessor());
            members.put(component.getName(), ReflectionUtils.invokeMethod(component.getAccessor(), value));
        }
        return members;
    }
}
