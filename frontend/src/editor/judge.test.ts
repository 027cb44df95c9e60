import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Judge, PAUSE, type Judgement } from './judge';

let heard: [Judgement, string][];
let asked: { text: string; signal: AbortSignal; answer: (status: number, body: unknown) => void }[];
let judge: Judge;

beforeEach(() => {
  vi.useFakeTimers();
  document.head.innerHTML = '<meta name="csrf-token" content="abc" data-header="X-CSRF">';
  heard = [];
  asked = [];
  judge = new Judge('/a', (judgement, text) => heard.push([judgement, text]), (_, options) => new Promise((done, fail) => {
    expect((options!.headers as Record<string, string>)['X-CSRF']).toBe('abc');
    options!.signal!.addEventListener('abort', () => fail(new Error('aborted')));
    asked.push({ text: options!.body as string, signal: options!.signal!, answer: (status, body) => done(new Response(JSON.stringify(body), { status })) });
  }));
});
afterEach(() => { vi.useRealTimers(); });

test('asks once for a burst of changes', async () => {
  judge.changed('a');
  judge.changed('ab');
  await vi.advanceTimersByTimeAsync(PAUSE);
  expect(asked.map((each) => each.text)).toEqual(['ab']);
});

test('gives the older question up', async () => {
  judge.changed('a');
  await vi.advanceTimersByTimeAsync(PAUSE);
  judge.changed('b');
  await vi.advanceTimersByTimeAsync(PAUSE);
  expect(asked[0]!.signal.aborted).toBe(true);
  asked[1]!.answer(200, { findings: [{ rule: 'r' }], statements: [], risk: 'low' });
  await vi.advanceTimersByTimeAsync(0);
  expect(heard).toHaveLength(1);
  expect(heard[0]![1]).toBe('b');
  expect(heard[0]![0].findings).toHaveLength(1);
});

test('hands on violations, and says what went wrong otherwise', async () => {
  void judge.now('a');
  asked[0]!.answer(422, { detail: 'no', violations: [{ line: 1, column: 2, message: 'm' }] });
  await vi.advanceTimersByTimeAsync(0);
  expect(heard.at(-1)![0]).toMatchObject({ violations: [{ line: 1, column: 2, message: 'm' }], trouble: undefined });
  void judge.now('b');
  asked[1]!.answer(503, { detail: 'later' });
  await vi.advanceTimersByTimeAsync(0);
  expect(heard.at(-1)![0].trouble).toBe('later');
});

test('asks nothing about an empty text', async () => {
  await judge.now('  ');
  expect(asked).toHaveLength(0);
  expect(heard).toHaveLength(1);
});
