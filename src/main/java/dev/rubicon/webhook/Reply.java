package dev.rubicon.webhook;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads an answer in HTTP/1.1 no further than is kept of it; what was read of the head counts, however the body ends. */
final class Reply {

    private static final int LONGEST = 16_384 + Post.EXCERPT;
    private static final String END = "\r\n\r\n";
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})(?: .*)?");
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length:\\s*(\\d{1,9})\\s*\r\n");

    private final StringBuilder read = new StringBuilder();

    private Reply() {}

    /**
     * @throws IOException when the connection broke before the head was over
     * @throws Post.Unsent when it is no answer
     */
    static Post.Answer from(InputStream in) throws IOException, Post.Unsent {
        Reply reply = new Reply();
        try {
            reply.fill(in);
        } catch (IOException e) {
            if (reply.end() < 0) {
                throw e;
            }
        }
        return reply.answer();
    }

    private void fill(InputStream in) throws IOException {
        byte[] buffer = new byte[4_096];
        int total = 0;
        while (total < LONGEST && !isEnough()) {
            int count = in.read(buffer);
            if (count < 0) {
                return;
            }
            total += count;
            read.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
            skipInterim();
        }
    }

    /** Heads of 1xx announce another. */
    private void skipInterim() {
        while (end() >= 0 && status() / 100 == 1) {
            read.delete(0, end() + END.length());
        }
    }

    /** A body that says how long it is, or is none, need not be waited for when all of it, or of what is kept, is there. */
    private boolean isEnough() {
        int end = end();
        if (end < 0) {
            return false;
        }
        int status = status();
        Matcher length = LENGTH.matcher(read.subSequence(0, end + 2));
        int wanted = length.find() ? Math.min(Post.EXCERPT, Integer.parseInt(length.group(1))) : Post.EXCERPT;
        return status == 204 || status == 304 || read.length() - end - END.length() >= wanted;
    }

    private int end() {
        return read.indexOf(END);
    }

    /** @return -1 where none is read */
    private int status() {
        int line = read.indexOf("\r\n");
        Matcher status = STATUS.matcher(line < 0 ? read : read.substring(0, line));
        return status.matches() ? Integer.parseInt(status.group(1)) : -1;
    }

    private Post.Answer answer() throws Post.Unsent {
        int status = status();
        if (status < 0) {
            throw new Post.Unsent(
                    read.isEmpty() ? "the connection was closed without an answer" : "the answer is not HTTP");
        }
        String body = end() < 0 ? "" : read.substring(end() + END.length());
        String text = new String(body.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
                .replaceAll("[\\p{Cntrl}&&[^\n\t]]", "");
        return new Post.Answer(status, text.length() > Post.EXCERPT ? text.substring(0, Post.EXCERPT) : text);
    }
}
