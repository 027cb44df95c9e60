import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { announce, GATHER, Live, SILENCE, SLOW, type Connection, type Seen } from './live';

class FakeSource {
  static all: FakeSource[] = [];
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  onmessage: ((event: MessageEvent<string>) => void) | null = null;
  readyState = 0;
  closed = false;
  readonly listeners = new Map<string, (event: Event) => void>();
  constructor(readonly address: string) { FakeSource.all.push(this); }
  addEventListener(type: string, listener: (event: Event) => void): void { this.listeners.set(type, listener); }
  close(): void { this.closed = true; }
  send(type: string, id: string, data = '{}'): void {
    this.listeners.get(type)?.(new MessageEvent(type, { data, lastEventId: id }));
  }
}

let shown: Connection[];
let looks: number;
let answer: Seen;
let took: number;
let fails: boolean;
let chance: number;
let live: Live;
const page = (attributes: string): HTMLElement => {
  document.body.innerHTML = `<div id="page" ${attributes}></div>`;
  return document.getElementById('page')!;
};
const look = async (): Promise<Seen> => {
  looks++;
  if (took > 0) await new Promise((resolve) => setTimeout(resolve, took));
  if (fails) throw new Error('no answer');
  return answer;
};
const newest = (): FakeSource => FakeSource.all.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  FakeSource.all = [];
  shown = [];
  looks = 0;
  answer = 'seen';
  took = 0;
  fails = false;
  chance = 0.5;
  live = new Live({ show: (state) => shown.push(state), refresh: look }, (address) => new FakeSource(address) as unknown as EventSource,
    () => chance);
});
afterEach(() => { vi.useRealTimers(); });

test('goes on behind the event that the page was made after', () => {
  live.follow(page('data-live="/api/v1/rollouts/7/events" data-last-event="41"'));
  expect(newest().address).toBe('/api/v1/rollouts/7/events?after=41');
  newest().onopen?.();
  expect(shown).toEqual(['live']);
});

test('makes one look of a burst of events, not sooner than the gathering time', async () => {
  live.follow(page('data-live="/e"'));
  for (const id of ['1', '2', '3']) newest().send('phase.state', id);
  await vi.advanceTimersByTimeAsync(GATHER - 1);
  expect(looks).toBe(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(looks).toBe(1);
});

test('does not start anew when the page is changed in place', () => {
  live.follow(page('data-live="/e"'));
  live.follow(page('data-live="/e" data-last-event="9"'));
  expect(FakeSource.all).toHaveLength(1);
});

test('follows a tick slowly, and an event quickly though a tick came first', async () => {
  live.follow(page('data-live="/e"'));
  newest().send('step.progress', '1', '{"target":"a","phase":0,"step":"s","done":1,"total":2,"perSecond":1,"changed":1}');
  await vi.advanceTimersByTimeAsync(GATHER * 2);
  expect(looks).toBe(0);
  newest().send('run.state', '2');
  await vi.advanceTimersByTimeAsync(GATHER);
  expect(looks).toBe(1);
  await vi.advanceTimersByTimeAsync(SLOW);
  expect(looks).toBe(1);
});

test('connects again behind the last event when the server gave up', async () => {
  live.follow(page('data-live="/e"'));
  newest().onopen?.();
  newest().send('run.state', '77');
  newest().readyState = 2;
  newest().onerror?.();
  expect(shown).toEqual(['live', 'reconnecting']);
  await vi.advanceTimersByTimeAsync(2000);
  expect(newest().address).toBe('/e?after=77');
  newest().onopen?.();
  expect(shown.at(-1)).toBe('live');
});

test('comes back when chance says, and not at the same instant as every other page', async () => {
  live.follow(page('data-live="/e"'));
  newest().onopen?.();
  chance = 0;
  newest().onerror?.();
  expect(newest().closed).toBe(true);
  await vi.advanceTimersByTimeAsync(999);
  expect(FakeSource.all).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(FakeSource.all).toHaveLength(2);
  chance = 0.99;
  newest().onerror?.();
  await vi.advanceTimersByTimeAsync(5900);
  expect(FakeSource.all).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(100);
  expect(FakeSource.all).toHaveLength(3);
});

test('looks at the page when its stream is refused', async () => {
  live.follow(page('data-live="/e"'));
  newest().onopen?.();
  answer = 'signed-out';
  newest().readyState = 2;
  newest().onerror?.();
  await vi.advanceTimersByTimeAsync(2000);
  expect(looks).toBe(1);
  expect(shown.at(-1)).toBe('signed-out');
});

test('follows nothing more once it was refused or is gone, and looks again when it is seen again', async () => {
  for (const refusal of ['refused', 'gone'] as const) {
    live.follow(page('data-live="/e" data-refresh="15"'));
    newest().onopen?.();
    answer = refusal;
    newest().send('run.state', '5');
    await vi.advanceTimersByTimeAsync(GATHER);
    expect(shown.at(-1)).toBe('off');
    expect(newest().closed).toBe(true);
    const before = looks;
    await vi.advanceTimersByTimeAsync(120_000);
    expect(looks).toBe(before);
    live.visible(false);
    live.visible(true);
    await vi.advanceTimersByTimeAsync(SLOW);
    expect(looks).toBe(before + 1);
  }
});

test('spreads the looks after a failed one', async () => {
  live.follow(page('data-refresh="15"'));
  fails = true;
  chance = 0.99;
  await vi.advanceTimersByTimeAsync(15_001);
  expect(looks).toBe(1);
  await vi.advanceTimersByTimeAsync(2900);
  expect(looks).toBe(1);
  await vi.advanceTimersByTimeAsync(100);
  expect(looks).toBe(2);
  await vi.advanceTimersByTimeAsync(5900);
  expect(looks).toBe(2);
});

test('rests while the tab is hidden and catches up when it is seen', async () => {
  live.follow(page('data-live="/e"'));
  live.visible(false);
  expect(newest().closed).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looks).toBe(0);
  live.visible(true);
  await vi.advanceTimersByTimeAsync(0);
  expect(looks).toBe(1);
  expect(FakeSource.all).toHaveLength(2);
});

test('looks every so often where there is no stream', async () => {
  live.follow(page('data-refresh="15"'));
  await vi.advanceTimersByTimeAsync(15_001);
  expect(looks).toBe(1);
  live.follow(page(''));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looks).toBe(1);
});

test('connects anew behind the last event when nothing is heard for long, not even the heartbeat', async () => {
  live.follow(page('data-live="/e"'));
  const first = newest();
  first.onopen?.();
  first.send('run.state', '5');
  await vi.advanceTimersByTimeAsync(SILENCE - 1);
  first.send('heartbeat', '');
  await vi.advanceTimersByTimeAsync(SILENCE - 1);
  expect(FakeSource.all).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(first.closed).toBe(true);
  expect(shown.at(-1)).toBe('reconnecting');
  await vi.advanceTimersByTimeAsync(2000);
  expect(newest().address).toBe('/e?after=5');
});

test('says that one is signed out, and stops asking', async () => {
  live.follow(page('data-live="/e"'));
  newest().onopen?.();
  answer = 'signed-out';
  newest().send('run.state', '5');
  await vi.advanceTimersByTimeAsync(GATHER);
  expect(shown.at(-1)).toBe('signed-out');
  expect(newest().closed).toBe(true);
});

test('rests after a look that took long, however many events come', async () => {
  live.follow(page('data-live="/e"'));
  took = 500;
  for (let i = 0; i < 100; i++) {
    newest().send('run.state', String(i));
    await vi.advanceTimersByTimeAsync(60);
  }
  expect(looks).toBe(2);
  await vi.advanceTimersByTimeAsync(SLOW);
  expect(looks).toBe(3);
});

test('says that a look failed, looks again by itself, and says when it is well', async () => {
  live.follow(page('data-refresh="15"'));
  shown = [];
  fails = true;
  await vi.advanceTimersByTimeAsync(15_001);
  expect(shown).toEqual(['reconnecting']);
  fails = false;
  await vi.advanceTimersByTimeAsync(SLOW + 1);
  expect(looks).toBe(2);
  expect(shown).toEqual(['reconnecting', 'off']);
});

test('tries at once when a person asks for it', async () => {
  live.follow(page('data-live="/e"'));
  newest().send('run.state', '5');
  newest().onerror?.();
  live.retryNow();
  expect(FakeSource.all.map((source) => source.closed)).toEqual([true, false]);
  expect(newest().address).toBe('/e?after=5');
  await vi.advanceTimersByTimeAsync(0);
  expect(looks).toBe(1);
});

test('makes a banner of a connection that stays lost, and of no other', async () => {
  let tries = 0;
  document.body.innerHTML = '<span id="live"></span>';
  announce('reconnecting', () => tries++);
  announce('live', () => tries++);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(document.getElementById('lost')).toBeNull();
  announce('reconnecting', () => tries++);
  announce('reconnecting', () => tries++);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(document.querySelectorAll('.lost')).toHaveLength(1);
  document.querySelector<HTMLButtonElement>('.lost button')!.click();
  expect(tries).toBe(1);
  announce('live', () => tries++);
  expect(document.getElementById('lost')).toBeNull();
});

test('leads whoever is signed out to where they sign in and come back from', () => {
  document.body.innerHTML = '<span id="live"></span>';
  announce('signed-out', () => {});
  announce('signed-out', () => {});
  expect(document.querySelectorAll('.lost')).toHaveLength(1);
  expect(document.querySelector('.lost')!.textContent).toContain('You are signed out');
  expect(document.querySelector('.lost a')!.getAttribute('href')).toBe(location.pathname + location.search);
  announce('live', () => {});
  expect(document.getElementById('lost')).toBeNull();
});
