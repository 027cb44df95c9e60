package dev.rubicon.plan.web;

import dev.rubicon.problem.Problem;
import dev.rubicon.problem.ProblemType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The body of a submission as text: UTF-8, and never more of it in memory than a document may have. */
final class SubmittedText {

    private static final int LIMIT = 1 << 20;

    private SubmittedText() {}

    static String of(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(LIMIT + 1);
        if (bytes.length > LIMIT) {
            throw new Problem(ProblemType.TOO_LARGE, "The document is larger than 1 MiB");
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new Problem(ProblemType.BAD_REQUEST, "The document is not UTF-8");
        }
    }

    static String mediaType(String contentType) {
        return contentType.contains("json") ? "application/json" : "application/yaml";
    }
}
