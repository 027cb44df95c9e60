// Safe forms put in the place of what they are the safe form of.

export interface Finding {
  id: string;
  rule: string;
  severity: 'info' | 'warning' | 'error' | 'blocking';
  step: string | null;
  direction: string;
  line: number;
  column: number;
  message: string;
  why: string;
  safeForm: string | null;
  docs: string;
  accepted: string | null;
}

export interface Lock { relation: string; kind: string; mode: string; because: string }

export interface Statement {
  sql: string;
  line: number;
  step: string | null;
  locks: Lock[];
  blocksReads: boolean;
  blocksWrites: boolean;
}

export interface Change { from: number; to: number; insert: string }

/** Where a line begins, in characters from 0; lines are counted from 1. */
export function offset(text: string, line: number, column = 1): number {
  let at = 0;
  for (let i = 1; i < line; i++) {
    const end = text.indexOf('\n', at);
    if (end < 0) return text.length;
    at = end + 1;
  }
  const end = text.indexOf('\n', at);
  return Math.min(at + column - 1, end < 0 ? text.length : end);
}

/**
 * The end of a statement that stands at a place, its lines indented in whatever way; undefined when it does not, or when its
 * last word goes on.
 */
export function ends(text: string, from: number, sql: string): number | undefined {
  let at = from;
  for (const char of sql) {
    if (/\s/.test(char)) continue;
    while (at < text.length && /\s/.test(text[at]!)) at++;
    if (!text.startsWith(char, at)) return undefined;
    at += char.length;
  }
  if (at < text.length && /[\w$"]/.test(text[at]!)) return undefined;
  return text[at] === ';' ? at + 1 : at;
}

const STATEMENT = /^(CREATE|ALTER|DROP|REINDEX|REFRESH|COMMENT|UPDATE|DELETE|INSERT|TRUNCATE)\b/i;

/** Whether the safe form is one statement, which can stand where the other does. */
function single(safeForm: string): boolean {
  const one = safeForm.trim().replace(/;$/, '');
  return STATEMENT.test(one) && !one.includes(';') && !/^\s*--/m.test(one) && !one.includes('…');
}

/** The change that makes the safe form of a finding the text, or undefined where a person has to do it. */
export function fix(text: string, finding: Finding, statements: Statement[]): Change | undefined {
  if (!finding.safeForm) return undefined;
  const from = offset(text, finding.line, finding.column);
  const pair = /^([A-Za-z]+): ([^\s{[].*)$/.exec(finding.safeForm.trim());
  if (pair) return member(text, from, pair[1]!, pair[2]!);
  if (!single(finding.safeForm)) return undefined;
  const tos = statements.filter((one) => one.step === finding.step && one.line === finding.line)
    .map((one) => ends(text, from, one.sql)).filter((to) => to !== undefined);
  if (!tos.length) return undefined;
  const to = Math.max(...tos);
  return { from, to, insert: laid(text, from, to, finding.safeForm.trim()) };
}

/** The value of a key on the line. */
function member(text: string, at: number, key: string, value: string): Change | undefined {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  const line = text.slice(start, end < 0 ? text.length : end);
  const found = new RegExp(`(^|[\\s{,])${key}:\\s*([\\w-]+)`).exec(line);
  if (!found) return undefined;
  const from = start + found.index + found[0].length - found[2]!.length;
  return { from, to: from + found[2]!.length, insert: value };
}

/** Further lines stand as deep as the first, which in a block scalar is the scalar's own depth. */
function laid(text: string, from: number, to: number, sql: string): string {
  const start = text.lastIndexOf('\n', from - 1) + 1;
  const lead = text.slice(start, from);
  const closed = text[to - 1] === ';' && !sql.endsWith(';') ? `${sql};` : sql;
  const depth = /^\s*$/.test(lead) ? lead : `${/^\s*/.exec(lead)![0]}  `;
  return closed.split('\n').map((line) => line.trim()).join(/^\s*$/.test(lead) ? `\n${depth}` : ' ');
}
