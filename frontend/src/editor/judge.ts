import type { Finding, Statement } from './fix';

// Asks the server what it says to the text; one question at a time, the newest.

export interface Violation { line: number; column: number; message: string }

export interface Judgement {
  findings: Finding[];
  statements: Statement[];
  violations: Violation[];
  risk: string | undefined;
  /** What kept the server from saying anything, or undefined. */
  trouble: string | undefined;
}

const NOTHING: Judgement = { findings: [], statements: [], violations: [], risk: undefined, trouble: undefined };

/** Quick enough to seem at once, slow enough for a word to be finished. */
export const PAUSE = 350;

export class Judge {
  private waiting: ReturnType<typeof setTimeout> | undefined;
  private asked: AbortController | undefined;

  constructor(
    private readonly address: string,
    private readonly hear: (judgement: Judgement, text: string) => void,
    private readonly ask: typeof fetch = (...question) => fetch(...question),
  ) {}

  /** After a pause without another change. */
  changed(text: string): void {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => void this.now(text), PAUSE);
  }

  async now(text: string): Promise<void> {
    this.asked?.abort();
    if (text.trim() === '') {
      this.hear(NOTHING, text);
      return;
    }
    const asked = new AbortController();
    this.asked = asked;
    try {
      const answer = await this.ask(this.address, {
        method: 'POST', body: text, signal: asked.signal, credentials: 'same-origin',
        headers: { 'Content-Type': text.trimStart().startsWith('{') ? 'application/json' : 'application/yaml', Accept: 'application/json, application/problem+json', ...token() },
      });
      const body = await answer.json() as Partial<Judgement> & { detail?: string };
      if (asked.signal.aborted) return;
      this.hear(answer.ok
        ? { ...NOTHING, findings: body.findings ?? [], statements: body.statements ?? [], risk: body.risk }
        : { ...NOTHING, violations: body.violations ?? [], trouble: body.violations ? undefined : (body.detail ?? `The server answered ${answer.status}`) }, text);
    } catch (failure) {
      if (!asked.signal.aborted) this.hear({ ...NOTHING, trouble: `Not judged: ${failure instanceof Error ? failure.message : 'the server cannot be reached'}` }, text);
    }
  }
}

function token(): Record<string, string> {
  const meta = document.querySelector<HTMLMetaElement>('meta[name=csrf-token]');
  return meta?.dataset['header'] ? { [meta.dataset['header']]: meta.content } : {};
}
