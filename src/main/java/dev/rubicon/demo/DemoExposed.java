package dev.rubicon.demo;

/** A demo, whose passwords everybody knows, would be reachable from outside. */
class DemoExposed extends RuntimeException {
    DemoExposed(String address) {
        super("This server would show the demo, whose accounts have known passwords, on the address " + address
                + ", which is not loopback.");
    }
}
