package dev.rubicon.engine.postgres;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.Instance;
import run.endive.runtime.Machine;
import run.endive.runtime.Memory;
import run.endive.wasm.WasmEngineException;

/**
 * Runs the few functions that are too large for a JVM method (the grammar's automaton, the output of the tree) from
 * {@link FlatCode}, and everything else as the bytecode that the build made of it. Endive's own interpreter, which they
 * would fall to otherwise, enters and leaves two thousand nested blocks at each grammar reduction: 25 times slower.
 */
final class FlatMachine implements Machine {

    private final Instance instance;
    private final Machine compiled;
    private final PgModule module;

    FlatMachine(Instance instance, Machine compiled, PgModule module) {
        this.instance = instance;
        this.compiled = compiled;
        this.module = module;
    }

    @Override
    public long @Nullable [] call(int function, long[] args) {
        FlatCode code = module.flat(function);
        return code == null ? compiled.call(function, args) : run(code, args);
    }

    @Override
    public long @Nullable [] call(int function, long[] args, Object[] references) {
        return call(function, args);
    }

    /** {@code s} holds the locals, then the operands; {@code s[sp - 1]} is the top. One switch, for speed. */
    private long @Nullable [] run(FlatCode code, long[] args) {
        long[] s = Arrays.copyOf(args, code.frame());
        int[] ops = code.ops();
        int[] small = code.small();
        long[] wide = code.wide();
        Memory memory = instance.memory();
        int base = code.locals();
        int sp = base;
        int pc = 0;
        while (true) {
            int x = small[pc];
            switch (ops[pc++]) {
                case Op.LOCAL_GET -> s[sp++] = s[x];
                case Op.LOCAL_SET -> s[x] = s[--sp];
                case Op.LOCAL_TEE -> s[x] = s[sp - 1];
                case Op.GLOBAL_GET -> s[sp++] = instance.global(x).getValue();
                case Op.GLOBAL_SET -> instance.global(x).setValue(s[--sp]);
                case Op.I32_CONST -> s[sp++] = x;
                case Op.I64_CONST -> s[sp++] = wide[pc - 1];
                case Op.JUMP -> {
                    stopIfInterrupted();
                    sp = leave(s, sp, base, wide[pc - 1]);
                    pc = x;
                }
                case Op.JUMP_IF_ZERO -> pc = (int) s[--sp] == 0 ? x : pc;
                case Op.JUMP_IF_NOT_ZERO -> {
                    if ((int) s[--sp] != 0) {
                        sp = leave(s, sp, base, wide[pc - 1]);
                        pc = x;
                    }
                }
                case Op.JUMP_TABLE -> {
                    int[] table = code.tables()[x];
                    int last = table.length / 2 - 1;
                    int index = (int) s[--sp];
                    int chosen = 2 * (index < 0 || index > last ? last : index);
                    pc = table[chosen];
                    sp = base + table[chosen + 1];
                }
                case Op.RETURN -> {
                    return code.results() == 0 ? null : new long[]{s[sp - 1]};
                }
                case Op.CALL -> sp = invoke(x, s, sp, wide[pc - 1]);
                case Op.CALL_INDIRECT -> sp = invoke(instance.table(0).requiredRef((int) s[sp - 1]), s, sp - 1,
                        wide[pc - 1]);
                case Op.DROP -> sp--;
                case Op.SELECT -> {
                    sp -= 2;
                    s[sp - 1] = (int) s[sp + 1] == 0 ? s[sp] : s[sp - 1];
                }
                case Op.I32_LOAD -> s[sp - 1] = memory.readInt((int) s[sp - 1] + x);
                case Op.I64_LOAD, Op.F64_LOAD -> s[sp - 1] = memory.readLong((int) s[sp - 1] + x);
                case Op.I32_LOAD8_S -> s[sp - 1] = memory.read((int) s[sp - 1] + x);
                case Op.I32_LOAD8_U -> s[sp - 1] = memory.read((int) s[sp - 1] + x) & 0xFF;
                case Op.I32_LOAD16_S -> s[sp - 1] = memory.readShort((int) s[sp - 1] + x);
                case Op.I32_LOAD16_U -> s[sp - 1] = memory.readShort((int) s[sp - 1] + x) & 0xFFFF;
                case Op.I32_STORE -> memory.writeI32((int) s[sp -= 2] + x, (int) s[sp + 1]);
                case Op.I64_STORE, Op.F64_STORE -> memory.writeLong((int) s[sp -= 2] + x, s[sp + 1]);
                case Op.I32_STORE8 -> memory.writeByte((int) s[sp -= 2] + x, (byte) s[sp + 1]);
                case Op.I32_STORE16 -> memory.writeShort((int) s[sp -= 2] + x, (short) s[sp + 1]);
                case Op.MEMORY_COPY -> memory.copy((int) s[sp -= 3], (int) s[sp + 1], (int) s[sp + 2]);
                case Op.MEMORY_FILL -> {
                    sp -= 3;
                    memory.fill((byte) s[sp + 1], (int) s[sp], (int) s[sp] + (int) s[sp + 2]);
                }
                case Op.I32_EQZ -> s[sp - 1] = (int) s[sp - 1] == 0 ? 1 : 0;
                case Op.I64_EQZ -> s[sp - 1] = s[sp - 1] == 0 ? 1 : 0;
                case Op.I32_WRAP_I64, Op.I64_EXTEND_I32_S -> s[sp - 1] = (int) s[sp - 1];
                case Op.I64_EXTEND_I32_U -> s[sp - 1] = s[sp - 1] & 0xFFFF_FFFFL;
                case Op.I32_EXTEND8_S -> s[sp - 1] = (byte) s[sp - 1];
                case Op.I32_EXTEND16_S -> s[sp - 1] = (short) s[sp - 1];
                case Op.I64_EQ -> s[--sp - 1] = s[sp - 1] == s[sp] ? 1 : 0;
                case Op.I64_NE -> s[--sp - 1] = s[sp - 1] != s[sp] ? 1 : 0;
                case Op.I32_EQ -> s[--sp - 1] = (int) s[sp - 1] == (int) s[sp] ? 1 : 0;
                case Op.I32_NE -> s[--sp - 1] = (int) s[sp - 1] != (int) s[sp] ? 1 : 0;
                case Op.I32_LT_S -> s[--sp - 1] = (int) s[sp - 1] < (int) s[sp] ? 1 : 0;
                case Op.I32_LT_U -> s[--sp - 1] = Integer.compareUnsigned((int) s[sp - 1], (int) s[sp]) < 0 ? 1 : 0;
                case Op.I32_GT_S -> s[--sp - 1] = (int) s[sp - 1] > (int) s[sp] ? 1 : 0;
                case Op.I32_GT_U -> s[--sp - 1] = Integer.compareUnsigned((int) s[sp - 1], (int) s[sp]) > 0 ? 1 : 0;
                case Op.I32_LE_S -> s[--sp - 1] = (int) s[sp - 1] <= (int) s[sp] ? 1 : 0;
                case Op.I32_LE_U -> s[--sp - 1] = Integer.compareUnsigned((int) s[sp - 1], (int) s[sp]) <= 0 ? 1 : 0;
                case Op.I32_GE_S -> s[--sp - 1] = (int) s[sp - 1] >= (int) s[sp] ? 1 : 0;
                case Op.I32_GE_U -> s[--sp - 1] = Integer.compareUnsigned((int) s[sp - 1], (int) s[sp]) >= 0 ? 1 : 0;
                case Op.I32_ADD -> s[--sp - 1] = (int) s[sp - 1] + (int) s[sp];
                case Op.I32_SUB -> s[--sp - 1] = (int) s[sp - 1] - (int) s[sp];
                case Op.I32_MUL -> s[--sp - 1] = (int) s[sp - 1] * (int) s[sp];
                case Op.I32_AND -> s[--sp - 1] = (int) s[sp - 1] & (int) s[sp];
                case Op.I32_OR -> s[--sp - 1] = (int) s[sp - 1] | (int) s[sp];
                case Op.I32_XOR -> s[--sp - 1] = (int) s[sp - 1] ^ (int) s[sp];
                case Op.I32_SHL -> s[--sp - 1] = (int) s[sp - 1] << (int) s[sp];
                case Op.I32_SHR_S -> s[--sp - 1] = (int) s[sp - 1] >> (int) s[sp];
                case Op.I32_SHR_U -> s[--sp - 1] = (int) s[sp - 1] >>> (int) s[sp];
                default -> throw new WasmEngineException("unreachable code was reached");
            }
        }
    }

    private int invoke(int function, long[] s, int sp, long arity) {
        int from = sp - (int) (arity >> 32);
        long[] args = Arrays.copyOfRange(s, from, sp);
        long[] result = function < instance.imports().functionCount()
                ? instance.imports().function(function).handle().apply(instance, args)
                : call(function, args);
        if ((int) arity == 0 || result == null) {
            return from;
        }
        s[from] = result[0];
        return from + 1;
    }

    /** Drops what the left blocks had on the stack, but for the value that the jump carries. */
    private static int leave(long[] s, int sp, int base, long heightAndKeep) {
        int to = base + (int) (heightAndKeep >> 32);
        if ((int) heightAndKeep == 0) {
            return to;
        }
        s[to] = s[sp - 1];
        return to + 1;
    }

    private static void stopIfInterrupted() {
        if (Thread.currentThread().isInterrupted()) {
            throw new WasmEngineException("interrupted");
        }
    }
}
