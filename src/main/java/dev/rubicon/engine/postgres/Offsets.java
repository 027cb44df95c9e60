package dev.rubicon.engine.postgres;

import java.nio.charset.StandardCharsets;

/** Where the bytes of a text's UTF-8 form lie in the text: the grammar counts bytes, we count UTF-16 units. */
final class Offsets {

    private final int[] unitOfByte;

    Offsets(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        unitOfByte = new int[utf8.length + 1];
        int unit = -1;
        int next = 0;
        for (int i = 0; i < utf8.length; i++) {
            if ((utf8[i] & 0xC0) != 0x80) {
                unit = next;
                next += (utf8[i] & 0xF8) == 0xF0 ? 2 : 1;
            }
            unitOfByte[i] = unit;
        }
        unitOfByte[utf8.length] = next;
    }

    int unit(int utf8Byte) {
        return unitOfByte[utf8Byte];
    }

    int bytes() {
        return unitOfByte.length - 1;
    }
}
