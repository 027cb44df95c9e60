package dev.rubicon.rehearsal;

/** What keeps a rehearsal from being carried out, and says nothing about the plan. The message says what to do. */
class Obstacle extends RuntimeException {

    Obstacle(String message) {
        super(message, null, false, false);
    }
}
