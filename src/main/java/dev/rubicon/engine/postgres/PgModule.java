package dev.rubicon.engine.postgres;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Memory;
import run.endive.wasm.Parser;
import run.endive.wasm.WasmModule;

/**
 * The module as the build left it: functions that became bytecode are stubs, three are too large for that and whole, and
 * all of PostgreSQL's tables are data. Endive is given the shape alone. To take the large functions to pieces, most of
 * which nobody calls, and to hash and copy the data twice is half a second of a command line's life.
 */
final class PgModule {

    private static final int HEADER = 8;
    private static final int CODE = 10;
    private static final int DATA = 11;
    private static final int DATA_COUNT = 12;
    /** A body larger than this is no stub. */
    private static final int STUB = 1000;
    /** No locals; unreachable; end. */
    private static final byte[] NOTHING = {3, 0, 0, 0x0B};

    private final byte[] bytes;
    private final WasmModule shape;
    private final List<Segment> data = new ArrayList<>();
    private final Map<Integer, Integer> large = new HashMap<>();
    private final @Nullable FlatCode[] flat;

    private record Segment(int address, int from, int length) {}

    private PgModule(byte[] bytes) {
        this.bytes = bytes;
        this.shape = Parser.builder().withValidation(false).build()
                .parse(() -> new ByteArrayInputStream(withoutCodeAndData()));
        this.flat = new FlatCode[shape.importSection().importCount() + shape.codeSection().functionBodyCount()];
    }

    static PgModule load() {
        try (var in = PgModule.class.getResourceAsStream("PgQueryWasm.meta")) {
            return new PgModule(Objects.requireNonNull(in, "PgQueryWasm.meta").readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Types, imports, exports, and a stub for each function. */
    WasmModule shape() {
        return shape;
    }

    /** Writes what the memory begins with. */
    void fill(Memory memory) {
        data.forEach(segment -> memory.write(segment.address, bytes, segment.from, segment.length));
    }

    /** A function that is too large to be bytecode, or null. Flattened when it is first called. */
    @Nullable
    FlatCode flat(int function) {
        FlatCode code = flat[function];
        if (code == null) {
            Integer at = large.get(function - shape.importSection().importCount());
            if (at == null) {
                return null;
            }
            code = FlatCode.of(shape, function, new WasmBytes(bytes, at));
            flat[function] = code;
        }
        return code;
    }

    private byte[] withoutCodeAndData() {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        rest.write(bytes, 0, HEADER);
        WasmBytes in = new WasmBytes(bytes, HEADER);
        while (!in.atEnd()) {
            int from = in.at();
            int section = in.next();
            int length = in.unsigned();
            int start = in.at();
            switch (section) {
                case CODE -> code(in, rest);
                case DATA -> data(in);
                case DATA_COUNT -> {}
                default -> rest.write(bytes, from, start + length - from);
            }
            in.skip(start + length - in.at());
        }
        return rest.toByteArray();
    }

    private void code(WasmBytes in, ByteArrayOutputStream rest) {
        ByteArrayOutputStream stubs = new ByteArrayOutputStream();
        int from = in.at();
        int count = in.unsigned();
        stubs.write(bytes, from, in.at() - from);
        for (int i = 0; i < count; i++) {
            int size = in.unsigned();
            if (size > STUB) {
                large.put(i, in.at());
            }
            stubs.writeBytes(NOTHING);
            in.skip(size);
        }
        rest.write(CODE);
        unsigned(rest, stubs.size());
        rest.writeBytes(stubs.toByteArray());
    }

    private void data(WasmBytes in) {
        for (int i = in.unsigned(); i > 0; i--) {
            if (in.next() != 0 || in.opcode() != Op.I32_CONST) {
                throw new IllegalStateException("libpg_query's data has no plain address");
            }
            int address = (int) in.signed();
            in.next();
            int length = in.unsigned();
            data.add(new Segment(address, in.at(), length));
            in.skip(length);
        }
    }

    private static void unsigned(ByteArrayOutputStream out, int value) {
        int rest = value;
        while (rest > 0x7F) {
            out.write(rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }
}
