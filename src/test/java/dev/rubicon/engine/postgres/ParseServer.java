package dev.rubicon.engine.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A server of its own that is asked to parse, never to run: a Parse message and a Sync. No JDBC driver does that for
 * every statement, so this speaks the protocol (version 3) itself; the embedded server trusts loopback.
 */
final class ParseServer implements AutoCloseable {

    private static final int PROTOCOL = 3 << 16;

    private final EmbeddedPostgres postgres;
    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;

    ParseServer() throws IOException {
        postgres = EmbeddedPostgres.builder().start();
        socket = new Socket("localhost", postgres.getPort());
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream()));
        byte[] startup = "user\0postgres\0database\0postgres\0client_encoding\0UTF8\0\0"
                .getBytes(StandardCharsets.UTF_8);
        out.writeInt(startup.length + 8);
        out.writeInt(PROTOCOL);
        out.write(startup);
        answer();
    }

    /**
     * @param file of PostgreSQL's sources, like {@code gram.y}
     * @param position in characters from 1; 0 when the server names none
     */
    record Refusal(String message, String file, int position) {
        boolean byTheGrammar() {
            return file.equals("scan.l") || file.equals("gram.y");
        }
    }

    /** Why the server would not take the statement, or null. */
    @Nullable
    Refusal parse(String sql) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(0);
        body.writeBytes(sql.getBytes(StandardCharsets.UTF_8));
        body.writeBytes(new byte[3]);
        send('P', body.toByteArray());
        send('S', new byte[0]);
        return answer();
    }

    private void send(char type, byte[] body) throws IOException {
        out.writeByte(type);
        out.writeInt(body.length + 4);
        out.write(body);
    }

    /** Reads up to ReadyForQuery. */
    private @Nullable Refusal answer() throws IOException {
        out.flush();
        Refusal refusal = null;
        while (true) {
            int type = in.readByte();
            byte[] body = in.readNBytes(in.readInt() - 4);
            if (type == 'E') {
                refusal = refusal(body);
            } else if (type == 'R' && body[3] != 0) {
                throw new IOException("the server asks for a password");
            } else if (type == 'Z') {
                return refusal;
            }
        }
    }

    private static Refusal refusal(byte[] body) {
        Map<Character, String> fields = new HashMap<>();
        for (String field : new String(body, StandardCharsets.UTF_8).split("\0", -1)) {
            if (!field.isEmpty()) {
                fields.put(field.charAt(0), field.substring(1));
            }
        }
        return new Refusal(fields.getOrDefault('M', ""), fields.getOrDefault('F', ""),
                Integer.parseInt(fields.getOrDefault('P', "0")));
    }

    @Override
    public void close() throws IOException {
        socket.close();
        postgres.close();
    }
}
