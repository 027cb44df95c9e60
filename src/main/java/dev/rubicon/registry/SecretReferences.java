package dev.rubicon.registry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Passwords kept elsewhere: {@code env:RUBICON_TARGET_…} and {@code file:/…} of the secrets folder. Whoever may register
 * a target could otherwise have the server read any variable or file and send it to a host of their choice.
 */
@Component
class SecretReferences {

    private static final Pattern VARIABLE = Pattern.compile("env:(RUBICON_TARGET_[A-Z0-9_]{1,100})");
    private static final Pattern FILE = Pattern.compile("file:(/[^\\p{Cntrl}]{1,1000})");
    private static final int MOST_BYTES = 4096;

    private final @Nullable Path folder;
    private final UnaryOperator<@Nullable String> environment;

    @Autowired
    SecretReferences(@Value("${rubicon.secrets-folder:}") String folder) {
        this(folder.isBlank() ? null : Path.of(folder), System::getenv);
    }

    SecretReferences(@Nullable Path folder, UnaryOperator<@Nullable String> environment) {
        this.folder = folder;
        this.environment = environment;
    }

    /** Whether this could be a reference; what it leads to is looked at when it is used. Null when it could. */
    @Nullable
    String objection(String reference) {
        if (VARIABLE.matcher(reference).matches()) {
            return null;
        }
        var file = FILE.matcher(reference);
        if (file.matches()) {
            return objection(Path.of(file.group(1)));
        }
        return "A reference is env:RUBICON_TARGET_… or file:/… below the secrets folder";
    }

    /** What speaks against a file's name, or null. */
    @Nullable
    String objection(Path file) {
        if (folder == null) {
            return "Files may be named only when the server has a secrets folder (rubicon.secrets-folder)";
        }
        Path plain = file.normalize();
        return plain.equals(file) && plain.startsWith(folder.toAbsolutePath().normalize())
                ? null
                : "A file has to lie below the server's secrets folder, and its path is written without . and ..";
    }

    /**
     * The secret now. Links are followed first and the place where they end is judged, so none leads out of the folder.
     *
     * @throws IllegalArgumentException when there is none, with a sentence without it
     */
    String resolve(String reference) {
        var variable = VARIABLE.matcher(reference);
        if (variable.matches()) {
            String value = environment.apply(variable.group(1));
            if (value == null || value.isEmpty()) {
                throw new IllegalArgumentException("The environment variable " + variable.group(1) + " is not set");
            }
            return value;
        }
        String objection = objection(reference);
        if (objection != null || folder == null) {
            throw new IllegalArgumentException(String.valueOf(objection));
        }
        return read(Path.of(reference.substring("file:".length())), folder);
    }

    private static String read(Path file, Path folder) {
        try {
            Path real = file.toRealPath();
            if (!real.startsWith(folder.toRealPath())) {
                throw new IllegalArgumentException("The file " + file + " leads out of the secrets folder");
            }
            if (!Files.isRegularFile(real) || Files.size(real) > MOST_BYTES) {
                throw new IllegalArgumentException(
                        "The file " + file + " is no ordinary file of at most " + MOST_BYTES + " bytes");
            }
            return Files.readString(real, StandardCharsets.UTF_8).stripTrailing();
        } catch (IOException e) {
            throw new IllegalArgumentException("The file " + file + " cannot be read", e);
        }
    }
}
