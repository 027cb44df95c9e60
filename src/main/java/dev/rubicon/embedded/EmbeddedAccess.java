package dev.rubicon.embedded;

/** How to connect to the PostgreSQL that Rubicon brings along, as its administrator; a bean only where that one runs. */
public record EmbeddedAccess(String url, String username, String password) {

    @Override
    public String toString() {
        return "EmbeddedAccess[" + url + "]";
    }
}
