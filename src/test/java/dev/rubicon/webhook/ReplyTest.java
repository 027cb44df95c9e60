package dev.rubicon.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReplyTest {

    @Test
    void keepsTheStatusOfAnAnswerThatBreaksOffInItsBody() throws IOException, Post.Unsent {
        Post.Answer answer = Reply.from(breaking("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhalf of"));

        assertThat(answer).isEqualTo(new Post.Answer(200, "half of"));
    }

    @Test
    void takesNoHalfHeadForAnAnswer() {
        assertThatThrownBy(() -> Reply.from(breaking("HTTP/1.1 200 OK\r\nContent-Le")))
                .isInstanceOf(SocketException.class);
    }

    @Test
    void doesNotWaitForABodyThatThereIsNot() throws IOException, Post.Unsent {
        for (String head : new String[]{"HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 304 Not Modified\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"}) {
            InputStream more = new ByteArrayInputStream(new byte[]{'x'});

            Reply.from(new SequenceInputStream(text(head), more));

            assertThat(more.available()).as(head).isOne();
        }
    }

    @Test
    void readsOnBehindHeadsThatAnnounceAnother() throws IOException, Post.Unsent {
        Post.Answer answer = Reply.from(text("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
                + "HTTP/1.1 202 Accepted\r\n\r\nthanks"));

        assertThat(answer).isEqualTo(new Post.Answer(202, "thanks"));
    }

    @Test
    void saysWhatIsNoAnswer() {
        assertThatThrownBy(() -> Reply.from(text(""))).hasMessage("the connection was closed without an answer");
        assertThatThrownBy(() -> Reply.from(text("SSH-2.0\r\n"))).hasMessage("the answer is not HTTP");
    }

    private static InputStream text(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static InputStream breaking(String text) {
        return new SequenceInputStream(text(text), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new SocketException("Connection reset");
            }
        });
    }
}
