package dev.rubicon.web;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.TypeMismatchException;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.ProblemDetail;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.validation.BindException;
import org.springframework.validation.BindingResult;
import org.springframework.web.ErrorResponse;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.ValueInstantiationException;

/**
 * The problem that an exception is for whoever called: one place for what our rooms throw, what Spring throws, and what
 * nobody foresaw.
 *
 * @param headers that belong to the answer, like {@code Allow}
 */
record ProblemOf(ProblemDetail problem, HttpHeaders headers) {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemOf.class);

    /** What PostgreSQL says to U+0000 in a text and in a jsonb. */
    private static final Set<String> UNSTORABLE = Set.of("22021", "22P05");

    static ProblemOf of(Throwable thrown, String request) {
        return switch (thrown) {
            case Problem problem -> new ProblemOf(problem.getBody(), problem.getHeaders());
            case HttpMessageNotReadableException unreadable -> plain(unreadable(unreadable));
            case BodyTooLarge tooLarge -> plain(tooLarge.problem());
            case BindException invalid -> plain(invalid(invalid.getBindingResult()));
            case BindingResult invalid -> plain(invalid(invalid));
            case MethodArgumentTypeMismatchException mismatch -> plain(document(ProblemType.BAD_REQUEST,
                    "'" + mismatch.getName() + "' is not " + kind(mismatch.getRequiredType())));
            case TypeMismatchException mismatch -> plain(document(ProblemType.BAD_REQUEST,
                    "A value of the URL is not " + kind(mismatch.getRequiredType())));
            case CannotAcquireLockException busy -> plain(document(ProblemType.CONFLICT,
                    "Somebody else is changing this just now; try again"));
            case ErrorResponse response -> spring(response, thrown, request);
            default -> unstorable(thrown)
                    ? plain(document(ProblemType.BAD_REQUEST, "A text has the character U+0000, which cannot be kept"))
                    : internal(thrown, request);
        };
    }

    private static ProblemOf spring(ErrorResponse response, Throwable thrown, String request) {
        ProblemType type = type(response.getStatusCode().value());
        if (type == null || type == ProblemType.INTERNAL) {
            ProblemOf internal = internal(thrown, request);
            internal.problem.setStatus(response.getStatusCode().value());
            return internal;
        }
        String detail = response.getBody().getDetail();
        return new ProblemOf(
                document(type, type == ProblemType.NOT_FOUND || detail == null ? type.remedy() : detail),
                response.getHeaders());
    }

    private static @Nullable ProblemType type(int status) {
        return switch (status) {
            case 400 -> ProblemType.BAD_REQUEST;
            case 401 -> ProblemType.UNAUTHENTICATED;
            case 403 -> ProblemType.FORBIDDEN;
            case 404 -> ProblemType.NOT_FOUND;
            case 405 -> ProblemType.METHOD_NOT_ALLOWED;
            case 406 -> ProblemType.NOT_ACCEPTABLE;
            case 409 -> ProblemType.CONFLICT;
            case 413 -> ProblemType.TOO_LARGE;
            case 415 -> ProblemType.UNSUPPORTED_MEDIA_TYPE;
            case 422 -> ProblemType.INVALID_INPUT;
            case 429 -> ProblemType.TOO_MANY_ATTEMPTS;
            default -> null;
        };
    }

    /** The problem of a bare status, as filters and the container give it. */
    static ProblemOf ofStatus(int status) {
        ProblemType type = type(status);
        ProblemDetail document = document(type == null ? ProblemType.INTERNAL : type,
                (type == null ? ProblemType.INTERNAL : type).remedy());
        document.setStatus(status);
        return plain(document);
    }

    private static ProblemDetail unreadable(HttpMessageNotReadableException unreadable) {
        for (Throwable cause = unreadable; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case BodyTooLarge tooLarge -> {
                    return tooLarge.problem();
                }
                case StreamReadException broken -> {
                    return document(ProblemType.BAD_REQUEST, "The body is not JSON: line %d, column %d".formatted(
                            broken.getLocation().getLineNr(), broken.getLocation().getColumnNr()));
                }
                case JacksonException misfit -> {
                    return misfit(misfit);
                }
                default -> {
                    // what lies deeper may tell
                }
            }
        }
        return document(ProblemType.BAD_REQUEST, "This call needs a body that can be read");
    }

    /** Never Jackson's own words: they name our classes, and repeat the value, which may be a password. */
    private static ProblemDetail misfit(JacksonException misfit) {
        String pointer = misfit.getPath().stream()
                .map(part -> "/" + (part.getPropertyName() == null
                        ? String.valueOf(part.getIndex())
                        : part.getPropertyName().replace("~", "~0").replace("/", "~1")))
                .collect(Collectors.joining());
        String message = switch (misfit) {
            case ValueInstantiationException ours when ours.getCause() instanceof IllegalArgumentException told ->
                String.valueOf(told.getMessage());
            case InvalidFormatException format -> "This is not " + kind(format.getTargetType());
            default -> "The value is not of the kind that belongs here";
        };
        return Problem.document(ProblemType.BAD_REQUEST, (pointer.isEmpty() ? "" : pointer + ": ") + message,
                Map.of("violations", List.of(Map.of("pointer", pointer, "message", message))));
    }

    private static ProblemDetail invalid(BindingResult invalid) {
        List<Map<String, String>> violations = invalid.getFieldErrors().stream()
                .map(error -> Map.of("pointer", "/" + error.getField().replace('.', '/'), "message",
                        error.isBindingFailure()
                                ? "The value is not of the kind that belongs here"
                                : String.valueOf(error.getDefaultMessage())))
                .toList();
        String first = invalid.getFieldErrors().stream().findFirst()
                .map(error -> "'" + error.getField() + "' is not as it has to be").orElse("The input is not valid");
        return Problem.document(ProblemType.INVALID_INPUT, first, Map.of("violations", violations));
    }

    private static String kind(@Nullable Class<?> type) {
        if (type == null) {
            return "a value that belongs here";
        }
        if (type.isEnum()) {
            return "one of " + List.of(type.getEnumConstants());
        }
        return switch (type.getSimpleName()) {
            case "int", "Integer", "long", "Long" -> "a whole number";
            case "double", "Double" -> "a number";
            case "boolean", "Boolean" -> "true or false";
            case "Instant" -> "a time like 2026-01-15T12:00:00Z";
            case "Duration" -> "a duration like 100ms, 30s, 10m, 2h or 7d";
            case "LocalTime" -> "a time of day like 22:00";
            case "ZoneId" -> "a time zone like Europe/Berlin";
            case "UUID" -> "a UUID";
            default -> "a value that belongs here";
        };
    }

    private static boolean unstorable(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && UNSTORABLE.contains(String.valueOf(sql.getSQLState()))) {
                return true;
            }
        }
        return false;
    }

    private static ProblemOf internal(Throwable thrown, String request) {
        String reference = UUID.randomUUID().toString();
        LOG.error("{} failed, reference {}", request, reference, thrown);
        return plain(Problem.document(ProblemType.INTERNAL,
                "Something went wrong; the server's log has the details under reference " + reference,
                Map.of("reference", reference)));
    }

    private static ProblemDetail document(ProblemType type, String detail) {
        return Problem.document(type, detail, Map.of());
    }

    private static ProblemOf plain(ProblemDetail document) {
        return new ProblemOf(document, HttpHeaders.EMPTY);
    }
}
