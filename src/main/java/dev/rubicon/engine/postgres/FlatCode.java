package dev.rubicon.engine.postgres;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;

/**
 * One WebAssembly function as a flat list of instructions whose jumps are resolved: no blocks are entered or left at run
 * time, which matters in a grammar that nests two thousand of them.
 *
 * @param ops {@link Op} by program counter
 * @param small the instruction's number: local, constant, offset, jump target, function, index of a jump table
 * @param wide 64-bit constants; for jumps the operand height to go back to (high half) and the values to keep (low
 *     half); for calls the numbers of parameters (high) and results (low)
 * @param tables jump tables: target and operand height by turns
 * @param frame slots that locals and operands need
 * @param locals slots that parameters and locals need
 * @param results values the function returns, 0 or 1
 */
record FlatCode(int[] ops, int[] small, long[] wide, int[][] tables, int frame, int locals, int results) {

    private static final int EMPTY_BLOCK = 0x40;
    private static final int FIRST_VALUE_TYPE = 0x7C;
    private static final int LAST_VALUE_TYPE = 0x7F;
    private static final int SPARE_SLOTS = 4;

    /**
     * @param function its index in the module, imports included
     * @param body its body, from the declaration of its locals on
     * @throws Unsupported for a function with an instruction outside {@link Op}
     */
    static FlatCode of(WasmModule module, int function, WasmBytes body) {
        return new Flattening(module, type(module, function), body).code();
    }

    /** The function has an instruction that only Endive itself runs. */
    static final class Unsupported extends RuntimeException {
        Unsupported(String what) {
            super(what);
        }
    }

    static FunctionType type(WasmModule module, int function) {
        int imported = module.importSection().importCount();
        int type = function < imported
                ? ((FunctionImport) module.importSection().getImport(function)).typeIndex()
                : module.functionSection().getFunctionType(function - imported);
        return module.typeSection().getType(type);
    }

    /** An instruction while its jump is still open. */
    private static final class Draft {
        final int op;
        int small;
        long wide;
        int height;
        int keep;

        Draft(int op) {
            this.op = op;
        }
    }

    /** A block, loop or if whose end is not reached. */
    private static final class Scope {
        final boolean loop;
        final int start;
        final int height;
        final int results;
        final List<Draft> toTheEnd = new ArrayList<>();
        @Nullable
        Draft toTheElse;

        Scope(boolean loop, int start, int height, int results, @Nullable Draft toTheElse) {
            this.loop = loop;
            this.start = start;
            this.height = height;
            this.results = results;
            this.toTheElse = toTheElse;
        }
    }

    /** The walk over one function's instructions. */
    private static final class Flattening {
        private final WasmModule module;
        private final WasmBytes body;
        private final FunctionType type;
        private final List<Draft> out = new ArrayList<>();
        private final List<Draft[]> tables = new ArrayList<>();
        private final Deque<Scope> scopes = new ArrayDeque<>();
        private int height;
        private int highest;
        /** How many scopes deep we are in code that no jump reaches; 0 in live code. */
        private int dead;

        Flattening(WasmModule module, FunctionType type, WasmBytes body) {
            this.module = module;
            this.type = type;
            this.body = body;
        }

        FlatCode code() {
            int locals = type.params().size() + declaredLocals();
            scopes.push(new Scope(false, 0, 0, type.returns().size(), null));
            while (!scopes.isEmpty()) {
                int op = body.opcode();
                if (reachable(op)) {
                    flatten(op);
                    highest = Math.max(highest, height);
                } else {
                    skip(op);
                }
            }
            return assembled(locals);
        }

        private int declaredLocals() {
            int locals = 0;
            for (int groups = body.unsigned(); groups > 0; groups--) {
                locals += body.unsigned();
                body.unsigned();
            }
            return locals;
        }

        /** Over the immediates of an instruction that no jump reaches. */
        private void skip(int op) {
            switch (op) {
                case Op.BLOCK, Op.LOOP, Op.IF -> body.unsigned();
                case Op.ELSE, Op.END -> {}
                case Op.BR, Op.BR_IF -> body.unsigned();
                case Op.BR_TABLE -> {
                    for (int i = body.unsigned(); i >= 0; i--) {
                        body.unsigned();
                    }
                }
                default -> immediates(new Draft(op));
            }
        }

        private boolean reachable(int op) {
            if (dead == 0) {
                return true;
            }
            if (op == Op.BLOCK || op == Op.LOOP || op == Op.IF) {
                dead++;
                return false;
            }
            if (op == Op.END && dead > 1) {
                dead--;
                return false;
            }
            if (op != Op.END && !(op == Op.ELSE && dead == 1)) {
                return false;
            }
            dead = 0;
            Scope scope = scopes.getFirst();
            height = scope.height + scope.results;
            return true;
        }

        private void flatten(int op) {
            switch (op) {
                case Op.BLOCK, Op.LOOP, Op.IF -> open(op, body.unsigned());
                case Op.ELSE -> otherwise();
                case Op.END -> close();
                case Op.BR, Op.BR_IF -> branch(op, body.unsigned());
                case Op.BR_TABLE -> branchTable();
                default -> plain(op);
            }
        }

        private void open(int op, int blockType) {
            if (blockType != EMPTY_BLOCK && (blockType < FIRST_VALUE_TYPE || blockType > LAST_VALUE_TYPE)) {
                throw new Unsupported("a block with parameters");
            }
            @Nullable
            Draft skip = op == Op.IF ? skipping() : null;
            int results = blockType == EMPTY_BLOCK ? 0 : 1;
            scopes.push(new Scope(op == Op.LOOP, out.size(), height, results, skip));
        }

        private Draft skipping() {
            height--;
            Draft skip = emit(Op.JUMP_IF_ZERO);
            skip.height = height;
            return skip;
        }

        private void otherwise() {
            Scope scope = scopes.getFirst();
            Draft over = emit(Op.JUMP);
            over.height = scope.height;
            over.keep = scope.results;
            scope.toTheEnd.add(over);
            if (scope.toTheElse != null) {
                scope.toTheElse.small = out.size();
                scope.toTheElse = null;
            }
            height = scope.height;
        }

        private void close() {
            Scope scope = scopes.pop();
            if (scope.toTheElse != null) {
                scope.toTheElse.small = out.size();
            }
            scope.toTheEnd.forEach(jump -> jump.small = out.size());
            height = scope.height + scope.results;
            if (scopes.isEmpty()) {
                emit(Op.RETURN);
            }
        }

        private void branch(int op, int depth) {
            boolean always = op == Op.BR;
            Draft jump = emit(always ? Op.JUMP : Op.JUMP_IF_NOT_ZERO);
            if (always) {
                dead = 1;
            } else {
                height--;
            }
            aim(jump, depth);
        }

        private void branchTable() {
            height--;
            Draft[] cases = new Draft[body.unsigned() + 1];
            for (int i = 0; i < cases.length; i++) {
                cases[i] = new Draft(Op.JUMP_TABLE);
                aim(cases[i], body.unsigned());
                if (cases[i].keep != 0) {
                    throw new Unsupported("br_table with values");
                }
            }
            emit(Op.JUMP_TABLE).small = tables.size();
            tables.add(cases);
            dead = 1;
        }

        private void aim(Draft jump, int depth) {
            Iterator<Scope> outwards = scopes.iterator();
            Scope scope = outwards.next();
            for (int i = 0; i < depth; i++) {
                scope = outwards.next();
            }
            jump.height = scope.height;
            if (scope.loop) {
                jump.small = scope.start;
            } else {
                jump.keep = scope.results;
                scope.toTheEnd.add(jump);
            }
        }

        private void plain(int op) {
            Draft draft = emit(op);
            immediates(draft);
            switch (op) {
                case Op.UNREACHABLE, Op.RETURN -> dead = 1;
                case Op.CALL -> call(draft, type(module, draft.small), 0);
                case Op.CALL_INDIRECT -> call(draft, module.typeSection().getType(draft.small), 1);
                default -> height += effect(op);
            }
        }

        private void immediates(Draft draft) {
            switch (draft.op) {
                case Op.I32_CONST -> draft.small = (int) body.signed();
                case Op.I64_CONST -> draft.wide = body.signed();
                case Op.CALL, Op.LOCAL_GET, Op.LOCAL_SET, Op.LOCAL_TEE, Op.GLOBAL_GET, Op.GLOBAL_SET ->
                    draft.small = body.unsigned();
                case Op.CALL_INDIRECT, Op.MEMORY_COPY -> {
                    draft.small = body.unsigned();
                    body.unsigned();
                }
                case Op.MEMORY_FILL -> body.unsigned();
                case Op.UNREACHABLE, Op.RETURN -> {}
                default -> {
                    if (draft.op >= Op.I32_LOAD && draft.op <= Op.I32_STORE16) {
                        body.unsigned();
                        draft.small = body.unsigned();
                    } else {
                        effect(draft.op);
                    }
                }
            }
        }

        private void call(Draft draft, FunctionType callee, int furtherOperands) {
            draft.height = callee.params().size();
            draft.keep = callee.returns().size();
            height += draft.keep - draft.height - furtherOperands;
        }

        /** By how much a plain instruction changes the number of operands. */
        private static int effect(int op) {
            return switch (op) {
                case Op.LOCAL_GET, Op.GLOBAL_GET, Op.I32_CONST, Op.I64_CONST -> 1;
                case Op.LOCAL_TEE, Op.I32_EQZ, Op.I64_EQZ, Op.I32_EXTEND8_S, Op.I32_EXTEND16_S, Op.I32_WRAP_I64,
                        Op.I64_EXTEND_I32_S, Op.I64_EXTEND_I32_U ->
                    0;
                case Op.I32_LOAD, Op.I64_LOAD, Op.F64_LOAD, Op.I32_LOAD8_S, Op.I32_LOAD8_U, Op.I32_LOAD16_S,
                        Op.I32_LOAD16_U ->
                    0;
                case Op.I32_STORE, Op.I64_STORE, Op.F64_STORE, Op.I32_STORE8, Op.I32_STORE16 -> -2;
                case Op.DROP, Op.LOCAL_SET, Op.GLOBAL_SET -> -1;
                case Op.I32_EQ, Op.I32_NE, Op.I32_LT_S, Op.I32_LT_U, Op.I32_GT_S, Op.I32_GT_U, Op.I32_LE_S, Op.I32_LE_U,
                        Op.I32_GE_S, Op.I32_GE_U, Op.I64_EQ, Op.I64_NE ->
                    -1;
                case Op.I32_ADD, Op.I32_SUB, Op.I32_MUL, Op.I32_AND, Op.I32_OR, Op.I32_XOR, Op.I32_SHL, Op.I32_SHR_S,
                        Op.I32_SHR_U ->
                    -1;
                case Op.SELECT -> -2;
                case Op.MEMORY_COPY, Op.MEMORY_FILL -> -3;
                default -> throw new Unsupported("opcode " + Integer.toHexString(op));
            };
        }

        private Draft emit(int op) {
            Draft draft = new Draft(op);
            out.add(draft);
            return draft;
        }

        private FlatCode assembled(int locals) {
            int size = out.size();
            int[] ops = new int[size];
            int[] small = new int[size];
            long[] wide = new long[size];
            for (int i = 0; i < size; i++) {
                Draft draft = out.get(i);
                ops[i] = draft.op;
                small[i] = draft.small;
                wide[i] = draft.op == Op.I64_CONST ? draft.wide : (long) draft.height << 32 | draft.keep;
            }
            return new FlatCode(ops, small, wide, tables.stream().map(Flattening::table).toArray(int[][]::new),
                    locals + highest + SPARE_SLOTS, locals, type.returns().size());
        }

        private static int[] table(Draft[] cases) {
            int[] table = new int[2 * cases.length];
            for (int i = 0; i < cases.length; i++) {
                table[2 * i] = cases[i].small;
                table[2 * i + 1] = cases[i].height;
            }
            return table;
        }
    }
}
