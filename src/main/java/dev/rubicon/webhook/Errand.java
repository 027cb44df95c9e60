package dev.rubicon.webhook;

import com.github.kagkarlsson.scheduler.task.TaskInstance;

/**
 * A delivery as it was asked for once: each asking has its own task, so that one can be written while that of an earlier one
 * runs, which then ends without a word.
 *
 * @param asking 0 for the first, one more each time somebody has it sent again
 */
record Errand(long delivery, int asking) {

    /** The task's name in {@code scheduled_tasks}. */
    static final String TASK = "webhook-delivery";

    static Errand of(String instance) {
        int slash = instance.indexOf('/');
        return new Errand(Long.parseLong(instance.substring(0, slash)),
                Integer.parseInt(instance.substring(slash + 1)));
    }

    TaskInstance<Void> task() {
        return new TaskInstance<>(TASK, delivery + "/" + asking);
    }
}
