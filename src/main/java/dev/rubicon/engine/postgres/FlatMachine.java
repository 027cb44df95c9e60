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

    /** {@code s} holds the locals, then the operands; {@code s[sp - 1]} is the top. */
    private long @Nullable [] run(FlatCode code, long[] args) {
        long[] s = Arrays.copyOf(args, code.frame());
        int[] ops = code.ops();
        int[] small = code.small();
        long[] wide = code.wide();
        int base = code.locals();
        int sp = base;
        int pc = 0;
        while (true) {
            int x = small[pc];
            int op = ops[pc++];
            switch (op) {
                case Op.LOCAL_GET -> s[sp++] = s[x];
                case Op.LOCAL_SET -> s[x] = s[--sp];
                case Op.LOCAL_TEE -> s[x] = s[sp - 1];
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
                case Op.GLOBAL_GET -> s[sp++] = instance.global(x).getValue();
                case Op.GLOBAL_SET -> instance.global(x).setValue(s[--sp]);
                default -> sp = op >= Op.I32_LOAD && op <= Op.I32_STORE16 || op >= Op.MEMORY_COPY
                        ? memory(op, x, s, sp)
                        : compute(op, s, sp);
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

    private int memory(int op, int offset, long[] s, int sp) {
        Memory memory = instance.memory();
        int top = sp - 1;
        switch (op) {
            case Op.I32_LOAD -> s[top] = memory.readInt((int) s[top] + offset);
            case Op.I64_LOAD, Op.F64_LOAD -> s[top] = memory.readLong((int) s[top] + offset);
            case Op.I32_LOAD8_S -> s[top] = memory.read((int) s[top] + offset);
            case Op.I32_LOAD8_U -> s[top] = memory.read((int) s[top] + offset) & 0xFF;
            case Op.I32_LOAD16_S -> s[top] = memory.readShort((int) s[top] + offset);
            case Op.I32_LOAD16_U -> s[top] = memory.readShort((int) s[top] + offset) & 0xFFFF;
            case Op.MEMORY_COPY -> memory.copy((int) s[sp - 3], (int) s[sp - 2], (int) s[top]);
            case Op.MEMORY_FILL -> memory.fill((byte) s[sp - 2], (int) s[sp - 3], (int) s[sp - 3] + (int) s[top]);
            default -> store(op, memory, (int) s[sp - 2] + offset, s[top]);
        }
        return op >= Op.MEMORY_COPY ? sp - 3 : op >= Op.I32_STORE ? sp - 2 : sp;
    }

    private static void store(int op, Memory memory, int address, long value) {
        switch (op) {
            case Op.I32_STORE -> memory.writeI32(address, (int) value);
            case Op.I64_STORE, Op.F64_STORE -> memory.writeLong(address, value);
            case Op.I32_STORE8 -> memory.writeByte(address, (byte) value);
            case Op.I32_STORE16 -> memory.writeShort(address, (short) value);
            default -> throw new IllegalStateException("unknown store " + op);
        }
    }

    private static int compute(int op, long[] s, int sp) {
        int top = sp - 1;
        switch (op) {
            case Op.DROP -> {
                return top;
            }
            case Op.SELECT -> {
                s[sp - 3] = (int) s[top] == 0 ? s[sp - 2] : s[sp - 3];
                return sp - 2;
            }
            case Op.I32_EQZ -> s[top] = (int) s[top] == 0 ? 1 : 0;
            case Op.I64_EQZ -> s[top] = s[top] == 0 ? 1 : 0;
            case Op.I32_WRAP_I64, Op.I64_EXTEND_I32_S -> s[top] = (int) s[top];
            case Op.I64_EXTEND_I32_U -> s[top] = s[top] & 0xFFFF_FFFFL;
            case Op.I32_EXTEND8_S -> s[top] = (byte) s[top];
            case Op.I32_EXTEND16_S -> s[top] = (short) s[top];
            case Op.I64_EQ -> {
                s[sp - 2] = s[sp - 2] == s[top] ? 1 : 0;
                return top;
            }
            case Op.I64_NE -> {
                s[sp - 2] = s[sp - 2] != s[top] ? 1 : 0;
                return top;
            }
            default -> {
                s[sp - 2] = binary(op, (int) s[sp - 2], (int) s[top]);
                return top;
            }
        }
        return sp;
    }

    private static long binary(int op, int a, int b) {
        return switch (op) {
            case Op.I32_EQ -> a == b ? 1 : 0;
            case Op.I32_NE -> a != b ? 1 : 0;
            case Op.I32_LT_S -> a < b ? 1 : 0;
            case Op.I32_LT_U -> Integer.compareUnsigned(a, b) < 0 ? 1 : 0;
            case Op.I32_GT_S -> a > b ? 1 : 0;
            case Op.I32_GT_U -> Integer.compareUnsigned(a, b) > 0 ? 1 : 0;
            case Op.I32_LE_S -> a <= b ? 1 : 0;
            case Op.I32_LE_U -> Integer.compareUnsigned(a, b) <= 0 ? 1 : 0;
            case Op.I32_GE_S -> a >= b ? 1 : 0;
            case Op.I32_GE_U -> Integer.compareUnsigned(a, b) >= 0 ? 1 : 0;
            case Op.I32_ADD -> a + b;
            case Op.I32_SUB -> a - b;
            case Op.I32_MUL -> a * b;
            case Op.I32_AND -> a & b;
            case Op.I32_OR -> a | b;
            case Op.I32_XOR -> a ^ b;
            case Op.I32_SHL -> a << b;
            case Op.I32_SHR_S -> a >> b;
            case Op.I32_SHR_U -> a >>> b;
            default -> throw new WasmEngineException("unreachable code was reached");
        };
    }
}
