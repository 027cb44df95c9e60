package dev.rubicon.engine.facts;

/** Whether an application version can live with a statement done. */
public sealed interface Compatibility {

    /** It can. */
    record Safe() implements Compatibility {}

    /**
     * It can where its code keeps to a condition.
     *
     * @param condition to follow "only if ", like {@code it does not insert without email}
     */
    record Depends(String condition) implements Compatibility {}

    /** @param because to follow "because ", like {@code it reads users.username} */
    record Broken(String because) implements Compatibility {}

    Compatibility SAFE = new Safe();
}
