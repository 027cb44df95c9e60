package dev.rubicon.engine.postgres;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import run.endive.runtime.ByteArrayMemory;
import run.endive.runtime.HostFunction;
import run.endive.runtime.ImportValues;
import run.endive.runtime.Instance;
import run.endive.runtime.WasmFunctionHandle;
import run.endive.wasm.WasmModule;
import run.endive.wasm.types.FunctionImport;
import run.endive.wasm.types.FunctionType;
import run.endive.wasm.types.MemoryLimits;

/**
 * PostgreSQL's own grammar (libpg_query): one WebAssembly instance, and the functions that it expects of its host. Not
 * thread-safe. After any exception but {@link SyntaxException} the instance's stack is in no defined state, and the
 * instance must be thrown away.
 */
final class PgQuery {

    private static final int PAGE = 65536;
    /** The module asks for 2,048 pages of 64 KB, a quarter of which is all that ordinary scripts use. */
    private static final int FIRST_PAGES = 540;
    private static final int MOST_PAGES = 16384;
    private static final int CHUNK = 16384;
    // where the fields lie in libpg_query's structs, in bytes
    private static final int RESULT_TREE = 0;
    private static final int RESULT_ERROR = 8;
    private static final int ERROR_MESSAGE = 0;
    private static final int ERROR_CURSOR = 16;

    private static final GlueNames NAMES = GlueNames.load();
    private static final PgModule MODULE = PgModule.load();

    private final Instance wasm;

    PgQuery() {
        WasmModule module = MODULE.shape();
        var imports = ImportValues.builder();
        for (int i = 0; i < module.importSection().importCount(); i++) {
            var wanted = (FunctionImport) module.importSection().getImport(i);
            FunctionType type = module.typeSection().getType(wanted.typeIndex());
            imports.addFunction(new HostFunction(wanted.module(), wanted.name(), type,
                    host(NAMES.imported(wanted.name()), type)));
        }
        wasm = Instance.builder(module).withImportValues(imports.build()).withMachineFactory(
                instance -> new FlatMachine(instance, PgQueryWasm.create(instance), MODULE))
                .withMemoryFactory(ByteArrayMemory::new).withMemoryLimits(new MemoryLimits(FIRST_PAGES, MOST_PAGES))
                .withStart(false).build();
        MODULE.fill(wasm.memory());
        call("__wasm_call_ctors");
    }

    /** The text is not SQL. */
    static final class SyntaxException extends RuntimeException {
        private final int cursor;

        SyntaxException(String message, int cursor) {
            super(message);
            this.cursor = cursor;
        }

        /** The place in code points, from 1; 0 when unknown. */
        int cursor() {
            return cursor;
        }
    }

    /** C's longjmp on its way up to the trampoline that stands for setjmp. */
    private static final class LongJump extends RuntimeException {
        static final LongJump INSTANCE = new LongJump();

        private LongJump() {
            super(null, null, false, false);
        }
    }

    /**
     * The raw parse tree as JSON: {@code {"stmts": [{"stmt": …, "stmt_location": …, "stmt_len": …}]}}, with places in
     * UTF-8 bytes, and every field left out that has its default.
     */
    byte[] parse(String sql) {
        int text = write(sql);
        int result = (int) call("_wasm_parse_query_raw", text)[0];
        int error = wasm.memory().readInt(result + RESULT_ERROR);
        byte[] tree = read(wasm.memory().readInt(result + RESULT_TREE));
        @Nullable
        SyntaxException refusal = error == 0
                ? null
                : new SyntaxException(text(wasm.memory().readInt(error + ERROR_MESSAGE)),
                        wasm.memory().readInt(error + ERROR_CURSOR));
        call("_free", text);
        call("_wasm_free_parse_result", result);
        if (refusal != null) {
            throw refusal;
        }
        return tree;
    }

    /**
     * The bodies of the PL/pgSQL functions and DO blocks in a text, as JSON: a list of {@code PLpgSQL_function}.
     *
     * @throws SyntaxException when one cannot be read; at an unknown place
     */
    byte[] plpgsql(String sql) {
        int text = write(sql);
        int out = (int) call("_wasm_parse_plpgsql", text)[0];
        byte[] answer = read(out);
        call("_free", text);
        call("_wasm_free_string", out);
        if (answer.length == 0 || answer[0] != '{' && answer[0] != '[') {
            throw new SyntaxException(new String(answer, StandardCharsets.UTF_8), 0);
        }
        return answer;
    }

    /** What the instance holds; it never gives back. */
    long memoryInBytes() {
        return (long) wasm.memory().pages() * PAGE;
    }

    private WasmFunctionHandle host(String name, FunctionType type) {
        if (name.startsWith("invoke_")) {
            return trampoline(new long[type.returns().size()]);
        }
        return switch (name) {
            case "__emscripten_throw_longjmp" -> (instance, args) -> {
                throw LongJump.INSTANCE;
            };
            case "_emscripten_resize_heap" -> (instance, args) -> new long[]{grow(instance, args[0])};
            case "__setitimer_js", "_fd_close", "_fd_seek", "_fd_read" -> (instance, args) -> new long[]{0};
            case "_fd_write" -> PgQuery::discard;
            default -> (instance, args) -> {
                throw new IllegalStateException("libpg_query aborted: " + name);
            };
        };
    }

    /** Calls through the function table as setjmp's side of a longjmp: what C code does between PG_TRY and PG_CATCH. */
    private WasmFunctionHandle trampoline(long[] nothing) {
        return (instance, args) -> {
            long stack = call("_emscripten_stack_get_current")[0];
            try {
                int function = instance.table(0).requiredRef((int) args[0]);
                return instance.getMachine().call(function, Arrays.copyOfRange(args, 1, args.length));
            } catch (LongJump jump) {
                call("__emscripten_stack_restore", stack);
                call("_setThrew", 1, 0);
                return nothing;
            }
        };
    }

    private static long grow(Instance instance, long bytes) {
        int have = instance.memory().pages();
        int want = (int) ((Integer.toUnsignedLong((int) bytes) + PAGE - 1) / PAGE);
        return want <= have || instance.memory().grow(Math.max(want - have, have / 5)) >= 0 ? 1 : 0;
    }

    /** fd_write to nowhere: reports every byte of the vectors as written. */
    private static long[] discard(Instance instance, long[] args) {
        int written = 0;
        for (int i = 0; i < args[2]; i++) {
            written += instance.memory().readInt((int) args[1] + 8 * i + 4);
        }
        instance.memory().writeI32((int) args[3], written);
        return new long[]{0};
    }

    private long[] call(String function, long... args) {
        return wasm.export(NAMES.exported(function)).apply(args);
    }

    private int write(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int at = (int) call("_malloc", utf8.length + 1)[0];
        wasm.memory().write(at, utf8);
        wasm.memory().writeByte(at + utf8.length, (byte) 0);
        return at;
    }

    private String text(int at) {
        return new String(read(at), StandardCharsets.UTF_8);
    }

    /** C's string at an address; none at NULL. */
    private byte[] read(int at) {
        if (at == 0) {
            return new byte[0];
        }
        int most = (int) memoryInBytes() - at;
        int have = Math.min(most, CHUNK);
        while (true) {
            byte[] bytes = wasm.memory().readBytes(at, have);
            int end = 0;
            while (end < have && bytes[end] != 0) {
                end++;
            }
            if (end < have || have == most) {
                return Arrays.copyOf(bytes, end);
            }
            have = (int) Math.min(most, 4L * have);
        }
    }
}
