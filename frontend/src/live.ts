import { tick, type Tick } from './progress';

// Follows what the page names: a rollout's events (data-live), or a look every so often (data-refresh). A hidden tab
// follows nothing and catches up when it is seen again.

export type Connection = 'off' | 'live' | 'reconnecting' | 'signed-out';

export interface Deeds {
  show(state: Connection): void;
  /** Takes over the page as it is now; fails when the server cannot be asked. */
  refresh(): Promise<'seen' | 'signed-out'>;
}

/** At least this long from an event to the page, so that a burst is one look. */
export const GATHER = 250;
/** Ticks move their own bar; the rest of the page follows them this often. */
export const SLOW = 4000;
/** A stream says something at least every 15 s; one that is silent for so long has lost its way. */
export const SILENCE = 45_000;
/** EventSource.OPEN, and CLOSED: the browser has given up. */
const OPEN = 1;
const CLOSED = 2;
const RETRY = [1000, 2000, 5000, 10_000];

export class Live {
  private source: EventSource | undefined;
  private address: string | undefined;
  private lastId = '';
  private failures = 0;
  private looking: ReturnType<typeof setTimeout> | undefined;
  private lookAt = Infinity;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private often: ReturnType<typeof setInterval> | undefined;
  private busy = false;
  private again = false;
  private seen = true;

  constructor(
    private readonly deeds: Deeds,
    private readonly open: (address: string) => EventSource = (address) => new EventSource(address),
  ) {}

  /** Follows what this page names; called after each change of the page, so it must not start anew for the same. */
  follow(page: HTMLElement | null): void {
    const address = page?.dataset['live'];
    if (address !== this.address) {
      this.close();
      this.address = address;
      this.lastId = page?.dataset['lastEvent'] ?? '';
      if (address && this.seen) this.connect();
      if (!address) this.deeds.show('off');
    }
    const seconds = Number(page?.dataset['refresh'] ?? 0);
    if (seconds > 0 && this.often === undefined) {
      this.often = setInterval(() => { if (this.seen) this.soon(0); }, seconds * 1000);
    } else if (seconds === 0) {
      clearInterval(this.often);
      this.often = undefined;
    }
  }

  visible(seen: boolean): void {
    if (seen === this.seen) return;
    this.seen = seen;
    if (!seen) {
      this.close();
      return;
    }
    if (this.address) this.connect();
    if (this.address || this.often !== undefined) this.soon(0);
  }

  /** Looks at the page as it is now, whatever has happened. */
  look(): void {
    this.soon(0);
  }

  private connect(): void {
    if (!this.address) return;
    // Last-Event-ID is sent by the browser only when it reconnects itself; a first connection says it in the address.
    const from = this.lastId === '' ? '' : `${this.address.includes('?') ? '&' : '?'}after=${this.lastId}`;
    const source = this.open(this.address + from);
    this.source = source;
    source.onopen = () => {
      if (this.failures > 0) this.soon(0);
      this.failures = 0;
      this.heard(source);
      this.deeds.show('live');
    };
    source.addEventListener('heartbeat', () => this.heard(source));
    source.onerror = () => this.lost(source);
    source.onmessage = (event) => this.happened(event);
    for (const type of TYPES) source.addEventListener(type, (event) => this.happened(event as MessageEvent<string>));
  }

  private lost(source: EventSource): void {
    if (source !== this.source) return;
    this.failures++;
    this.deeds.show('reconnecting');
    if (source.readyState !== CLOSED) return;
    // The server refused or the answer was no stream: the browser gives up here, we do not.
    this.source = undefined;
    clearTimeout(this.silence);
    this.retry = setTimeout(() => this.connect(), RETRY[Math.min(this.failures, RETRY.length) - 1]);
  }

  /** A network that swallows everything tells nobody: who hears nothing for long connects anew. */
  private heard(source: EventSource): void {
    if (source !== this.source) return;
    clearTimeout(this.silence);
    this.silence = setTimeout(() => {
      this.failures++;
      this.deeds.show('reconnecting');
      source.close();
      this.connect();
    }, SILENCE);
  }

  private happened(event: MessageEvent<string>): void {
    if (this.source) this.heard(this.source);
    if (event.lastEventId) this.lastId = event.lastEventId;
    if (event.type === 'step.progress') {
      const data = JSON.parse(event.data) as Tick;
      tick(document, data);
      document.dispatchEvent(new CustomEvent('rubicon:tick', { detail: data }));
      this.soon(SLOW);
    } else {
      this.soon(GATHER);
    }
  }

  private soon(wait: number): void {
    const at = Date.now() + wait;
    if (at >= this.lookAt) return;
    clearTimeout(this.looking);
    this.lookAt = at;
    this.looking = setTimeout(() => void this.refresh(), wait);
  }

  private async refresh(): Promise<void> {
    this.lookAt = Infinity;
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    try {
      this.seenAs(await this.deeds.refresh());
    } catch {
      this.deeds.show('reconnecting');
      if (this.seen) this.soon(SLOW);
    } finally {
      this.busy = false;
      if (this.again) {
        this.again = false;
        this.soon(GATHER);
      }
    }
  }

  /** What was lost is there again, unless the stream is still on its way. */
  private seenAs(how: 'seen' | 'signed-out'): void {
    if (how === 'signed-out') {
      this.close();
      this.address = undefined;
      this.deeds.show('signed-out');
    } else if (!this.address) this.deeds.show('off');
    else if (this.source?.readyState === OPEN) this.deeds.show('live');
  }

  private close(): void {
    this.source?.close();
    this.source = undefined;
    clearTimeout(this.retry);
    clearTimeout(this.silence);
    clearTimeout(this.looking);
    this.lookAt = Infinity;
  }
}

/** The names of the events of a rollout. A browser hears a named event only where its name is known beforehand. */
export const TYPES = [
  'step.progress', 'step.state', 'run.state', 'phase.state', 'phase.blockers', 'phase.decision', 'phase.go', 'phase.started',
  'rollout.state', 'rollout.opened', 'rollout.pause-requested', 'rollout.resumed', 'rollout.cancel-requested', 'rollout.retried',
  'rollout.rollback-requested', 'rollout.speed-set', 'run.skipped', 'run.pause-requested', 'run.resume-requested',
  'run.cancel-requested', 'run.retry-requested', 'run.release-requested', 'run.holder-cancel-requested', 'run.holder-end-requested',
  'run.holder-answered', 'step.pause-requested', 'step.cancel-requested', 'step.retry-requested', 'step.skip-requested',
  'step.accept-requested',
];

const WORDS: Record<Connection, string> = { off: '', live: 'live', reconnecting: 'reconnecting', 'signed-out': 'signed out' };

export function announce(state: Connection): void {
  const place = document.getElementById('live');
  if (place && place.dataset['state'] !== state) {
    place.dataset['state'] = state;
    place.textContent = WORDS[state];
  }
}
