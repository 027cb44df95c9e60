package dev.rubicon.engine.postgres;

/** A place in a WebAssembly module's bytes, and the numbers that begin there. */
final class WasmBytes {

    private static final int PREFIX = 0xFC;
    private static final int SECOND = 0xC0;

    private final byte[] bytes;
    private int at;

    WasmBytes(byte[] bytes, int at) {
        this.bytes = bytes;
        this.at = at;
    }

    int at() {
        return at;
    }

    boolean atEnd() {
        return at >= bytes.length;
    }

    void skip(int count) {
        at += count;
    }

    int next() {
        return bytes[at++] & 0xFF;
    }

    /** An instruction; of those of two bytes the second, moved to where WebAssembly has no others. */
    int opcode() {
        int op = next();
        return op == PREFIX ? SECOND + unsigned() : op;
    }

    /** LEB128, up to 32 bits. */
    int unsigned() {
        int value = 0;
        int shift = 0;
        while (true) {
            int b = next();
            value |= (b & 0x7F) << shift;
            if (b < 0x80) {
                return value;
            }
            shift += 7;
        }
    }

    /** Signed LEB128, up to 64 bits. */
    long signed() {
        long value = 0;
        int shift = 0;
        while (true) {
            int b = next();
            value |= (long) (b & 0x7F) << shift;
            shift += 7;
            if (b < 0x80) {
                return shift < Long.SIZE && (b & 0x40) != 0 ? value | -1L << shift : value;
            }
        }
    }
}
