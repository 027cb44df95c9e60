package dev.rubicon.security;

/**
 * A token just made.
 *
 * @param secret what the bearer shows; nobody can read it a second time
 */
public record IssuedToken(ApiToken token, String secret) {

    @Override
    public String toString() {
        return "IssuedToken[" + token.id() + "]";
    }
}
