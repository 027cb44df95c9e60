package dev.rubicon.execution;

/** What is known of a node. */
public enum NodeState {
    /** Heard of within its lease: it takes up runs. */
    WORKING,
    /** Was asked to end: it hands over its runs and takes no new ones. */
    LEAVING,
    /** Not heard of for longer than its lease: the others take its runs. */
    SILENT,
    /** Ended as it was asked to. */
    ENDED
}
