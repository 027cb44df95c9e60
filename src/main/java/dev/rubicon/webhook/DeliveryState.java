package dev.rubicon.webhook;

/** Where the delivery of one event to one webhook is. */
public enum DeliveryState {
    /** It is tried, for the first time or again, at the time given. */
    WAITING,
    /** The receiver took it: it answered 2xx. */
    DELIVERED,
    /** It was tried for a day; only a person has it tried again. */
    DEAD
}
