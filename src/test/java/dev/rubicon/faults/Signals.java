package dev.rubicon.faults;

import java.io.IOException;
import java.io.UncheckedIOException;

/** POSIX signals, which Java can send but two of. */
final class Signals {

    private Signals() {}

    /** @param signal its name without SIG */
    static void send(long pid, String signal) {
        try {
            int code = new ProcessBuilder("kill", "-" + signal, String.valueOf(pid)).start().waitFor();
            if (code != 0 && ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
                throw new IllegalStateException("process " + pid + " did not take SIG" + signal);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
