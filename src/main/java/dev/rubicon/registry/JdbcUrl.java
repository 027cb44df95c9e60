package dev.rubicon.registry;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The URL of a PostgreSQL database, with nothing in it but what is known to be harmless: a driver's parameters can load
 * classes, read files and set any setting of the session.
 *
 * @param hosts in the order in which they are tried
 * @param parameters all on the allowlist: {@code sslmode}, {@code sslrootcert}, {@code sslcert}, {@code sslkey} (files
 *     of the secrets folder), {@code connectTimeout} and {@code loginTimeout} (seconds), {@code targetServerType},
 *     {@code channelBinding}
 */
public record JdbcUrl(List<Host> hosts, String database, SortedMap<String, String> parameters) {

    /** @param name a host name or an IPv4 or IPv6 address, the latter without its brackets */
    public record Host(String name, int port) {
        @Override
        public String toString() {
            return (name.indexOf(':') < 0 ? name : "[" + name + "]") + ":" + port;
        }
    }

    private static final int USUAL_PORT = 5432;
    private static final int LONGEST = 2000;

    private static final Pattern WHOLE = Pattern.compile("jdbc:postgresql://([^/?#]+)/([^/?#]*)(?:\\?([^?#]*))?");
    private static final Pattern HOST = Pattern.compile(
            "(?:\\[([0-9A-Fa-f:.]{2,45})\\]|([A-Za-z0-9_](?:[A-Za-z0-9._-]{0,252})))(?::(\\d{1,5}))?");
    private static final Pattern DATABASE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.$-]{0,62}");

    private static final Pattern SECONDS = Pattern.compile("\\d{1,3}");
    private static final Pattern FILE = Pattern.compile("/[A-Za-z0-9_./-]{1,500}");
    private static final Map<String, Pattern> ALLOWED = Map.of(
            "sslmode", Pattern.compile("disable|allow|prefer|require|verify-ca|verify-full"),
            "sslrootcert", FILE, "sslcert", FILE, "sslkey", FILE,
            "connectTimeout", SECONDS, "loginTimeout", SECONDS,
            "targetServerType", Pattern.compile("any|primary|preferPrimary"),
            "channelBinding", Pattern.compile("disable|prefer|require"));
    private static final Set<String> FILES = Set.of("sslrootcert", "sslcert", "sslkey");

    public JdbcUrl {
        hosts = List.copyOf(hosts);
    }

    /**
     * Reads a URL.
     *
     * @throws IllegalArgumentException with a sentence that says what is wrong and never repeats the URL, for it may
     *     hold a password
     */
    public static JdbcUrl parse(String text) {
        if (text.length() > LONGEST || !text.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            throw new IllegalArgumentException("A URL has at most " + LONGEST
                    + " characters, all of them visible ASCII characters");
        }
        if (text.indexOf('@') >= 0) {
            throw new IllegalArgumentException(
                    "A URL carries no user and no password; give them as fields of their own");
        }
        Matcher whole = WHOLE.matcher(text);
        if (!whole.matches()) {
            throw new IllegalArgumentException("The URL is like jdbc:postgresql://host:5432/database");
        }
        if (!DATABASE.matcher(whole.group(2)).matches()) {
            throw new IllegalArgumentException(
                    "The URL names a database of 1 to 63 letters, digits or _ . $ -");
        }
        return new JdbcUrl(hosts(whole.group(1)), whole.group(2), parameters(whole.group(3)));
    }

    /** The files that the parameters name. */
    List<Path> files() {
        return parameters.entrySet().stream().filter(parameter -> FILES.contains(parameter.getKey()))
                .map(parameter -> Path.of(parameter.getValue())).toList();
    }

    /** Whether both lead to the same servers over the same TLS, so that a password for one goes nowhere new. */
    boolean samePlace(JdbcUrl other) {
        return hosts.equals(other.hosts) && parameters.equals(other.parameters);
    }

    @Override
    public String toString() {
        String base = "jdbc:postgresql://" + hosts.stream().map(Host::toString).collect(Collectors.joining(",")) + "/"
                + database;
        return parameters.isEmpty()
                ? base
                : base + "?" + parameters.entrySet().stream()
                        .map(parameter -> parameter.getKey() + "=" + parameter.getValue())
                        .collect(Collectors.joining("&"));
    }

    private static List<Host> hosts(String text) {
        List<Host> hosts = new ArrayList<>();
        for (String one : text.split(",", -1)) {
            Matcher host = HOST.matcher(one);
            if (!host.matches()) {
                throw new IllegalArgumentException("A host is a name, an IPv4 address, or an IPv6 address in brackets, "
                        + "and after a colon the port");
            }
            String name = host.group(1) != null ? host.group(1) : Objects.requireNonNull(host.group(2));
            hosts.add(new Host(name, port(host.group(3))));
        }
        return hosts;
    }

    private static int port(@Nullable String text) {
        int port = text == null ? USUAL_PORT : Integer.parseInt(text);
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("A port is a number from 1 to 65535");
        }
        return port;
    }

    private static SortedMap<String, String> parameters(@Nullable String text) {
        SortedMap<String, String> parameters = new TreeMap<>();
        if (text == null || text.isEmpty()) {
            return parameters;
        }
        for (String one : text.split("&", -1)) {
            int equals = one.indexOf('=');
            String name = equals < 0 ? one : one.substring(0, equals);
            if (name.equals("user") || name.equals("password")) {
                throw new IllegalArgumentException(
                        "A URL carries no user and no password; give them as fields of their own");
            }
            Pattern allowed = ALLOWED.get(name);
            if (allowed == null) {
                throw new IllegalArgumentException("A URL may carry the parameters "
                        + ALLOWED.keySet().stream().sorted().collect(Collectors.joining(", ")) + " and no other");
            }
            if (equals < 0 || !allowed.matcher(one.substring(equals + 1)).matches()) {
                throw new IllegalArgumentException("The URL's parameter " + name + " has a value that it cannot have");
            }
            if (parameters.put(name, one.substring(equals + 1)) != null) {
                throw new IllegalArgumentException("The URL has the parameter " + name + " twice");
            }
        }
        return parameters;
    }
}
