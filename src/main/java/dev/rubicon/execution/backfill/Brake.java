package dev.rubicon.execution.backfill;

/**
 * How fast a backfill may go, by how much of the closest limit is used. Below a comfortable share at full speed; from there
 * on the slower the closer the limit is, so that it settles where both get on; at the limit it stands still. It slows down
 * at once and speeds up little by little, and from a stop it goes on only well below the limit: else it would flap.
 */
final class Brake {

    static final double COMFORTABLE = 0.6;
    /** Where it goes on after a stop. */
    static final double GOES_ON = 0.8;
    private static final double SLOWEST = 0.1;
    private static final double GAIN = 1.3;

    private double speed = 1;

    /** The part of the time that may be spent in batches: 1 is full speed, 0 stands still. */
    double speed() {
        return speed;
    }

    boolean stopped() {
        return speed == 0;
    }

    /**
     * Told about once a second.
     *
     * @param utilization of the closest limit, 1 for all of it
     * @param stopping the same of those limits at which a backfill stands still
     */
    void looked(double utilization, double stopping) {
        if (stopping >= 1) {
            speed = 0;
        } else if (!stopped()) {
            speed = Math.min(bearable(utilization), speed * GAIN);
        } else if (stopping < GOES_ON) {
            speed = SLOWEST;
        }
    }

    private static double bearable(double utilization) {
        double beyond = Math.clamp((utilization - COMFORTABLE) / (1 - COMFORTABLE), 0, 1);
        return 1 - (1 - SLOWEST) * beyond;
    }
}
