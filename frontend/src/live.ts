import { pause } from './backoff';
import { tick, type Tick } from './progress';

// Follows what the page names: a rollout's events (data-live), or a look every so often (data-refresh). A hidden tab
// follows nothing and catches up when it is seen again.

export type Connection = 'off' | 'live' | 'reconnecting' | 'signed-out';

/** What a look at the page came to: it is there, its reader must sign in first, may not see it any more, or it is gone. */
export type Seen = 'seen' | 'signed-out' | 'refused' | 'gone';

export interface Deeds {
  show(state: Connection): void;
  /** Takes over the page as it is now; fails when the server cannot be asked. */
  refresh(): Promise<Seen>;
}

/** At least this long from an event to the page, so that a burst is one look. */
export const GATHER = 250;
/** Ticks move their own bar; the rest of the page follows them this often. */
export const SLOW = 4000;
/** A look that took long is followed by a rest so many times as long, so that a page is never busy with looking alone. */
export const REST = 6;
/** A stream says something at least every 15 s; one that is silent for so long has lost its way. */
export const SILENCE = 45_000;
/** EventSource.CLOSED: the browser has given up. */
const CLOSED = 2;

export class Live {
  private source: EventSource | undefined;
  private address: string | undefined;
  private lastId = '';
  private failures = 0;
  private failedLooks = 0;
  private looking: ReturnType<typeof setTimeout> | undefined;
  private lookAt = Infinity;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private often: ReturnType<typeof setInterval> | undefined;
  private busy = false;
  private again = false;
  private seen = true;
  private restUntil = 0;
  private stream: Connection = 'off';
  private failed = false;
  private left = false;

  constructor(
    private readonly deeds: Deeds,
    private readonly open: (address: string) => EventSource = (address) => new EventSource(address),
    private readonly random: () => number = Math.random,
  ) {}

  /** Follows what this page names; called after each change of the page, so it must not start anew for the same. */
  follow(page: HTMLElement | null): void {
    const address = page?.dataset['live'];
    if (address !== this.address) {
      this.close();
      this.address = address;
      this.lastId = page?.dataset['lastEvent'] ?? '';
      if (address && this.seen) this.connect();
      if (!address) this.tell('off');
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
    // whoever was signed out may have signed in again elsewhere
    if (this.address || this.often !== undefined || this.left) this.soon(0);
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
    // one that is never answered is lost as well
    this.heard(source);
    source.onopen = () => {
      if (this.failures > 0) this.soon(0);
      this.failures = 0;
      this.heard(source);
      this.tell('live');
    };
    source.addEventListener('heartbeat', () => this.heard(source));
    source.onerror = () => this.lost(source);
    source.onmessage = (event) => this.happened(event);
    for (const type of TYPES) source.addEventListener(type, (event) => this.happened(event as MessageEvent<string>));
  }

  /** A browser comes back after the same time everywhere, and never where it was refused: so it is not left to it. */
  private lost(source: EventSource): void {
    if (source !== this.source) return;
    const refused = source.readyState === CLOSED;
    source.close();
    this.source = undefined;
    clearTimeout(this.silence);
    this.failures++;
    this.tell('reconnecting');
    const wait = pause(this.failures, this.random);
    this.retry = setTimeout(() => this.connect(), wait);
    // only a look tells whether whoever is refused must sign in, may not, or was just unlucky
    if (refused) this.soon(wait);
  }

  /** A network that swallows everything tells nobody: who hears nothing for long connects anew. */
  private heard(source: EventSource): void {
    if (source !== this.source) return;
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.lost(source), SILENCE);
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
    const at = Math.max(Date.now() + wait, this.restUntil);
    if (at >= this.lookAt) return;
    clearTimeout(this.looking);
    this.lookAt = at;
    this.looking = setTimeout(() => void this.refresh(), at - Date.now());
  }

  /** A person does not want to wait for the next try. */
  retryNow(): void {
    this.restUntil = 0;
    if (this.address && this.stream !== 'live') {
      this.close();
      this.connect();
    }
    this.soon(0);
  }

  private tell(stream: Connection): void {
    this.stream = stream;
    this.deeds.show(this.failed ? 'reconnecting' : stream);
  }

  private async refresh(): Promise<void> {
    this.lookAt = Infinity;
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    const begun = Date.now();
    try {
      const seen = await this.deeds.refresh();
      this.left = seen !== 'seen';
      if (this.left) this.leave(seen === 'signed-out' ? 'signed-out' : 'off');
      this.failedLooks = 0;
    } catch {
      this.failedLooks++;
    }
    this.failed = this.failedLooks > 0;
    this.busy = false;
    const now = Date.now();
    this.restUntil = now + Math.min(SLOW, (now - begun) * REST);
    this.tell(this.stream);
    // what was asked for meanwhile waits for the end of the rest
    const asked = this.again || this.lookAt !== Infinity;
    clearTimeout(this.looking);
    this.lookAt = Infinity;
    this.again = false;
    if (this.seen && !this.left && (asked || this.failed)) this.soon(this.failed ? pause(this.failedLooks, this.random) : GATHER);
  }

  /** Nothing is to be heard or seen here any more; a page that comes in its place is followed again. */
  private leave(state: Connection): void {
    this.close();
    clearInterval(this.often);
    this.often = undefined;
    this.address = undefined;
    this.stream = state;
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

/** A stream that comes back at the first try is no news. */
const PATIENCE = 4000;
let lost: ReturnType<typeof setTimeout> | undefined;

/** Says in the head of the page whether it is live, and below, over all else, that it is not and what comes next. */
export function announce(state: Connection, retry: () => void): void {
  if (state !== 'reconnecting') {
    clearTimeout(lost);
    lost = undefined;
    document.getElementById('lost')?.remove();
  } else {
    lost ??= setTimeout(() => document.body.append(disconnected(retry)), PATIENCE);
  }
  if (state === 'signed-out') document.body.append(signedOut());
  const place = document.getElementById('live');
  if (place && place.dataset['state'] !== state) {
    place.dataset['state'] = state;
    place.textContent = WORDS[state];
  }
}

function disconnected(retry: () => void): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Try now';
  button.addEventListener('click', retry);
  return banner('No connection to the server. What you see may be out of date; trying again by itself.', button);
}

/** Whoever is not signed in is led to the form that signs in, and from there back here. */
function signedOut(): HTMLElement {
  const link = document.createElement('a');
  link.className = 'button';
  link.href = location.pathname + location.search;
  link.textContent = 'Sign in again';
  return banner('You are signed out: what you see may be out of date. What you typed is kept.', link);
}

function banner(says: string, act: HTMLElement): HTMLElement {
  const place = document.createElement('div');
  place.id = 'lost';
  place.className = 'lost';
  place.setAttribute('role', 'alert');
  const words = document.createElement('span');
  words.textContent = says;
  place.append(words, act);
  return place;
}
