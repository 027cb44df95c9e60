package dev.rubicon.web.pages;

import dev.rubicon.engine.Direction;
import dev.rubicon.engine.Holder;
import dev.rubicon.engine.StepWatch;
import dev.rubicon.execution.PhaseRunState;
import dev.rubicon.execution.PhaseRunView;
import dev.rubicon.execution.RehearsedSchemas;
import dev.rubicon.execution.StepState;
import dev.rubicon.verification.Verifications;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One phase on one target: its steps with progress, attempts and verifications.
 *
 * @param blocker why it does not move, or null
 * @param patience how long it waits for locks, and how long it will yet, or an empty text
 * @param failure why it failed, or null
 * @param schema whether the target was what was rehearsed, or null where nothing was
 * @param askings what was asked of it, newest first
 * @param clearing whether the reader may clear who holds what it waits for
 */
record RunCard(long id, String target, int phase, String title, boolean rollback, Sign sign, @Nullable String node,
        @Nullable Moment startedAt, String took, @Nullable String blocker, @Nullable String blockerClears,
        String patience, @Nullable Failure failure, @Nullable Schema schema, List<StepCard> steps,
        List<Asking> askings, HolderWords clearing) {

    /** The newest requests that are shown. */
    private static final int ASKINGS = 6;

    record Failure(String step, String cause, String message, @Nullable String sqlState) {}

    /** @param moved what was not as rehearsed, object by object */
    record Schema(String words, List<String> moved) {

        static @Nullable Schema of(RehearsedSchemas.@Nullable SchemaBefore before) {
            return before == null || before.rehearsal() == null
                    ? null
                    : new Schema(before.asRehearsed()
                            ? "The schema was the one of rehearsal #" + before.rehearsal()
                            : "The schema was not the one of rehearsal #%d, the nearest".formatted(before.rehearsal()),
                            before.moved());
        }
    }

    /**
     * @param key names the step's progress in the stream of events
     * @param locks as far as they were seen, or null
     * @param aside rows that it set aside, where there are some
     * @param unverified whether it is in effect, and failed in its verification only
     */
    record StepCard(String name, String kind, String key, Sign sign, boolean now, @Nullable Bar bar,
            @Nullable String result, String took, List<Verified> verifications, List<Attempt> attempts,
            @Nullable LocksTable locks, @Nullable AsideTable aside, boolean pause, boolean cancel, boolean retry,
            boolean skip, boolean accept,
            boolean unverified) {

        public boolean steered() {
            return pause || cancel || retry || skip;
        }
    }

    /** What was asked once the step was in effect, or before it. */
    record Verified(String name, String seen, Sign sign) {

        static Verified of(Verifications.Result result) {
            return new Verified(result.name(), result.seen(), switch (Objects.requireNonNull(result.answer())) {
                case HOLDS -> new Sign("check", "good", "holds");
                case DOES_NOT_HOLD -> new Sign("cross", "bad", "does not hold");
                case INCONCLUSIVE -> new Sign("info", "hold", "inconclusive");
            });
        }
    }

    /**
     * @param total null while unknown
     * @param left a range, or an empty text when nothing moves
     * @param batches how a backfill goes, or an empty text
     * @param aside rows that a backfill has set aside, or an empty text
     * @param wal what the server wrote to its log meanwhile, or an empty text
     * @param brake how fast it goes and why not faster, or an empty text
     * @param gauges what could be read of the target, in their order
     * @param absent what does not apply there, or could not be read, and why
     */
    record Bar(long done, @Nullable Long total, int percent, String what, String amount, String changed, String rate,
            String left, String batches, String aside, String wal, String brake, List<Gauge> gauges,
            List<Gauge> absent) {}

    /**
     * What a backfill is slowed down by.
     *
     * @param percent of its limit
     */
    record Gauge(String name, String title, int percent, String words) {}

    record Attempt(int number, Moment at, String took, String outcome, String tone, String message, String where,
            List<Held> waitingFor, boolean open) {}

    /** Who holds what the step waits for. */
    record Held(int pid, String who, String state, String age, String query, String lock, String cancel, String end) {}

    static RunCard of(PhaseRunView run, String phaseTitle, Instant now) {
        return of(run, phaseTitle, false, HolderWords.NONE, Map.of(), Map.of(), now);
    }

    /**
     * @param steered whether the reader may steer single steps of this run
     * @param locks that were seen, by step
     * @param aside rows set aside, by step
     */
    static RunCard of(PhaseRunView run, String phaseTitle, boolean steered, HolderWords clearing,
            Map<String, LocksTable> locks, Map<String, AsideTable> aside, Instant now) {
        boolean rollback = run.direction() == Direction.ROLLBACK;
        PhaseRunView.Failure failure = run.failure();
        return new RunCard(run.id(), run.target(), run.phase(), phaseTitle, rollback,
                sign(run, rollback),
                run.node(), Moment.ofNullable(run.startedAt(), now), took(run.startedAt(), run.endedAt(), now),
                run.blocker() == null ? null : run.blocker().message(),
                run.blocker() == null ? null : run.blocker().clears(), patience(run.patience(), now),
                failure == null
                        ? null
                        : new Failure(failure.step(), failure.cause(), failure.message(), failure.sqlState()),
                Schema.of(run.schemaBefore()),
                run.steps().stream()
                        .map(step -> step(run, step, steered && !run.state().ended(), locks.get(step.step()),
                                aside.get(step.step()), now))
                        .toList(),
                run.requests().reversed().stream().limit(ASKINGS).map(request -> Asking.of(request, run, now)).toList(),
                run.waitsFor().isEmpty() ? HolderWords.NONE : clearing);
    }

    private static Sign sign(PhaseRunView run, boolean rollback) {
        return run.blocker() != null && (run.state() == PhaseRunState.QUEUED || waits(run))
                ? Sign.waits(run.blocker())
                : Sign.of(run.state(), rollback);
    }

    private static String patience(PhaseRunView.@Nullable Patience patience, Instant now) {
        if (patience == null) {
            return "";
        }
        Duration left = Duration.between(now, patience.until());
        return "Waits for " + Amounts.duration(Duration.between(patience.since(), now)) + (left.isNegative()
                ? "; its patience is over"
                : "; its patience ends in " + Amounts.duration(left));
    }

    /** Between two tries it is as little under way as between two jobs. */
    private static boolean waits(PhaseRunView run) {
        return run.state() == PhaseRunState.WAITING
                || run.state() == PhaseRunState.RUNNING && (!run.waitsFor().isEmpty() || run.standsStill());
    }

    private static StepCard step(PhaseRunView run, PhaseRunView.StepView step, boolean steered,
            @Nullable LocksTable locks, @Nullable AsideTable aside, Instant now) {
        PhaseRunView.Result result = step.result();
        boolean waits = step.state() == StepState.RUNNING && waits(run);
        Sign sign = waits ? sign(run, false) : Sign.of(step.state());
        if (step.state() == StepState.QUEUED && step.startedAt() != null) {
            sign = run.state() == PhaseRunState.PAUSED ? Sign.of(run.state(), false) : Sign.BEGUN;
        }
        return new StepCard(step.step(), step.kind(), run.target() + "/" + run.phase() + "/" + step.step(), sign,
                step.state() == StepState.RUNNING || step.state() == StepState.VERIFYING
                        || step.state() == StepState.FAILED,
                bar(step),
                result == null ? null : result(result), took(step.startedAt(), step.endedAt(), now),
                result == null ? List.of() : result.verifications().stream().map(Verified::of).toList(),
                step.attempts().reversed().stream().map(attempt -> attempt(attempt, now)).toList(), locks, aside,
                steered && (step.state() == StepState.RUNNING || step.state() == StepState.QUEUED),
                steered && step.state() == StepState.RUNNING, steered && step.state() == StepState.FAILED,
                steered && (step.state() == StepState.FAILED || step.state() == StepState.QUEUED),
                steered && aside != null && aside.decide(),
                step.state() == StepState.FAILED && run.failure() != null
                        && run.failure().cause().equals("verification"));
    }

    private static String result(PhaseRunView.Result result) {
        return result.rows() < 0 ? result.message() : result.message() + " · " + Amounts.count(result.rows(), "row");
    }

    /** What a statement said last is worth nothing when it has ended; how far a backfill came, is. */
    private static @Nullable Bar bar(PhaseRunView.StepView step) {
        StepWatch.Progress progress = step.progress();
        boolean moves = step.state() == StepState.RUNNING
                || step.state() == StepState.VERIFYING && progress != null && progress.phase().equals("verifying");
        return progress == null || !moves && progress.backfill() == null
                ? null
                : bar(progress, moves, step.state() == StepState.DONE);
    }

    /** @param ended whether all of it is done: what was expected to be there was a guess */
    private static Bar bar(StepWatch.Progress progress, boolean moves, boolean ended) {
        Long total = ended ? Long.valueOf(Math.max(1, progress.done())) : progress.total();
        long done = ended ? Math.max(1, progress.done()) : progress.done();
        int percent = total == null || total == 0 ? 0 : Amounts.percent((double) done / total);
        String amount = Amounts.count(progress.done())
                + (ended || total == null ? "" : " of ≈ " + Amounts.count(total)) + " " + progress.unit();
        return new Bar(done, total, percent, progress.phase(), amount,
                progress.changed() < 0 ? "" : Amounts.count(progress.changed()),
                moves && progress.perSecond() > 0 ? Amounts.rate(progress.perSecond(), progress.unit()) : "",
                moves && total != null ? left(progress, total) : "", batches(progress.backfill()),
                aside(progress.backfill()), wal(progress.backfill()), moves ? brake(progress.backfill()) : "",
                moves ? gauges(progress.backfill(), true) : List.of(),
                moves ? gauges(progress.backfill(), false) : List.of());
    }

    static String left(StepWatch.Progress progress, long total) {
        StepWatch.Backfill backfill = progress.backfill();
        Long low = backfill == null ? null : backfill.leftLow();
        Long high = backfill == null ? null : backfill.leftHigh();
        return low == null || high == null
                ? Amounts.left((double) total - progress.done(), progress.perSecond())
                : Amounts.between(low, high);
    }

    private static String batches(StepWatch.@Nullable Backfill backfill) {
        return backfill == null
                ? ""
                : "%s · %s in %d ms · %s".formatted(Amounts.count(backfill.lanes(), "lane"),
                        Amounts.count(backfill.batchRows(), "row"), backfill.batchMillis(), backfill.why());
    }

    private static String aside(StepWatch.@Nullable Backfill backfill) {
        return backfill == null || backfill.quarantined() == 0 ? "" : Amounts.count(backfill.quarantined(), "row");
    }

    private static String brake(StepWatch.@Nullable Backfill backfill) {
        return backfill == null ? "" : Objects.requireNonNullElse(backfill.brake(), "");
    }

    private static List<Gauge> gauges(StepWatch.@Nullable Backfill backfill, boolean known) {
        List<StepWatch.Gauge> throttle = backfill == null ? null : backfill.throttle();
        return throttle == null
                ? List.of()
                : throttle.stream().filter(gauge -> gauge.state().equals("known") == known)
                        .map(gauge -> new Gauge(gauge.name(), gauge.title(),
                                Amounts.percent(gauge.utilization()), gauge.words()))
                        .toList();
    }

    private static String wal(StepWatch.@Nullable Backfill backfill) {
        Long bytes = backfill == null ? null : backfill.walBytes();
        return bytes == null ? "" : Amounts.count(bytes >> 20) + " MiB by the whole server";
    }

    private static Attempt attempt(PhaseRunView.AttemptView attempt, Instant now) {
        String outcome = attempt.outcome() == null ? "under way" : attempt.outcome();
        String tone = switch (outcome) {
            case "done" -> "good";
            case "failed" -> "bad";
            case "waiting" -> "hold";
            case "under way" -> "now";
            default -> "soft";
        };
        String where = attempt.node() + (attempt.backendPid() == null ? "" : ", backend " + attempt.backendPid());
        return new Attempt(attempt.number(), Moment.of(attempt.startedAt(), now),
                took(attempt.startedAt(), attempt.endedAt(), now), outcome, tone,
                Objects.requireNonNullElse(attempt.message(), ""), where,
                attempt.waitingFor().stream().map(holder -> held(holder, attempt.endedAt(), now)).toList(),
                attempt.endedAt() == null);
    }

    private static Held held(Holder holder, @Nullable Instant ended, Instant now) {
        String who = HolderWords.who(holder);
        return new Held(holder.pid(), who, Objects.requireNonNullElse(holder.state(), ""),
                age(holder, ended, now),
                Objects.requireNonNullElse(holder.query(), "may not be seen: grant pg_read_all_stats to Rubicon"),
                holder.relation().isEmpty() ? holder.mode() : holder.mode() + " on " + holder.relation(),
                HolderWords.cancel(holder.pid(), who), HolderWords.end(holder.pid(), who));
    }

    /** It grows while the session is in the way, and the row is not written anew for that. */
    private static String age(Holder holder, @Nullable Instant ended, Instant now) {
        if (!holder.ageIsKnown()) {
            return "a time that may not be seen";
        }
        Duration since = ended != null || holder.transactionStart() == null
                ? holder.age()
                : Duration.between(holder.transactionStart(), now);
        return Amounts.duration(since.compareTo(holder.age()) < 0 ? holder.age() : since);
    }

    private static String took(@Nullable Instant from, @Nullable Instant to, Instant now) {
        return from == null ? "" : Amounts.duration(Duration.between(from, to == null ? now : to));
    }
}
