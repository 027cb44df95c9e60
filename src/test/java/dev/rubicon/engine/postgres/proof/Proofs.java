package dev.rubicon.engine.postgres.proof;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads the proofs from {@code src/test/resources/proofs}. A line {@code --: id} begins one; {@code --: word …} lines
 * after it say how it is run, and what stands after {@code --: setup} is run before what stands after
 * {@code --: statement}.
 */
public final class Proofs {

    public static final String WORLD = read("world");

    public static final List<Proof> ALL = Stream
            .of("columns", "types", "constraints", "partitions", "indexes", "tables", "others", "rows")
            .flatMap(topic -> new Proofs(topic).proofs().stream()).toList();

    private final String topic;
    private final List<Proof> proofs = new ArrayList<>();
    private String id = "";
    private String about = "";
    private int from;
    private Optional<String> refused = Optional.empty();
    private Optional<String> alone = Optional.empty();
    private boolean planned;
    private boolean partly;
    private int since;
    private String unsaid = "";
    private StringBuilder setup = new StringBuilder();
    private StringBuilder statement = new StringBuilder();
    private StringBuilder into = statement;

    private Proofs(String topic) {
        this.topic = topic;
    }

    private List<Proof> proofs() {
        for (String line : read(topic).lines().toList()) {
            if (line.startsWith("--: ")) {
                mark(line.substring(4).strip());
            } else {
                into.append(line).append('\n');
            }
        }
        finish();
        return List.copyOf(proofs);
    }

    private void mark(String line) {
        String[] words = line.split(" ", 2);
        String rest = words.length > 1 ? words[1] : "";
        switch (words[0]) {
            case "about" -> about = rest;
            case "from" -> from = Integer.parseInt(rest);
            case "refused" -> refused = Optional.of(rest);
            case "alone" -> alone = Optional.of(rest.replaceFirst("^while ", ""));
            case "planned" -> planned = true;
            case "since" -> since = Integer.parseInt(rest);
            case "unsaid" -> unsaid = rest;
            case "partly" -> partly = true;
            case "setup" -> into = setup;
            case "statement" -> into = statement;
            default -> begin(line);
        }
    }

    private void begin(String name) {
        finish();
        id = name;
        about = "";
        from = 14;
        refused = Optional.empty();
        alone = Optional.empty();
        planned = false;
        partly = false;
        since = 14;
        unsaid = "";
        setup = new StringBuilder();
        statement = new StringBuilder();
        into = statement;
    }

    private void finish() {
        if (!id.isEmpty()) {
            String sql = statement.toString().strip();
            proofs.add(new Proof(id, topic, about, from, refused, alone, planned, partly, since, unsaid,
                    setup.toString().strip(),
                    sql.substring(0, sql.length() - 1)));
        }
    }

    private static String read(String name) {
        try (InputStream in = Objects.requireNonNull(Proofs.class.getResourceAsStream("/proofs/" + name + ".sql"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
