package dev.rubicon.demo;

/** A part of the demo could not be made; the message says which, and why. */
class DemoFailed extends RuntimeException {
    DemoFailed(String sentence) {
        super(sentence);
    }
}
