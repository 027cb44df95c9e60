import { expect, test } from 'vitest';
import { ends, fix, offset, type Finding, type Statement } from './fix';

const PLAN = `steps:
  - step: index
    sql: CREATE INDEX i ON t (a);
  - step: longer
    sql: |
      CREATE INDEX j
        ON t (b);
    rollback: { sql: DROP INDEX j;, dataLoss: none }
`;

function finding(line: number, column: number, safeForm: string | null, step = 'index'): Finding {
  return { id: 'x', rule: 'r', severity: 'error', step, direction: 'forward', line, column, message: '', why: '', safeForm, docs: '', accepted: null };
}
const statement = (sql: string, line: number, step = 'index'): Statement => ({ sql, line, step, locks: [], blocksReads: false, blocksWrites: true });
const ALL = [statement('CREATE INDEX i ON t (a)', 3), statement('CREATE INDEX j\n  ON t (b)', 6, 'longer')];

function fixed(one: Finding): string | undefined {
  const change = fix(PLAN, one, ALL);
  return change && PLAN.slice(0, change.from) + change.insert + PLAN.slice(change.to);
}

test('puts the safe form in the place of the statement', () => {
  expect(fixed(finding(3, 10, 'CREATE INDEX CONCURRENTLY i ON t (a);'))).toBe(PLAN.replace('INDEX i', 'INDEX CONCURRENTLY i'));
});

test('keeps the depth of a block', () => {
  expect(fixed(finding(6, 7, 'CREATE INDEX CONCURRENTLY j\n  ON t (b)', 'longer')))
    .toBe(PLAN.replace('CREATE INDEX j\n        ON t (b);', 'CREATE INDEX CONCURRENTLY j\n      ON t (b);'));
});

test('changes the value of a key', () => {
  expect(fixed(finding(8, 15, 'dataLoss: derived', 'longer'))).toBe(PLAN.replace('dataLoss: none', 'dataLoss: derived'));
});

test('leaves to people what is no single statement, or what the text has lost', () => {
  expect(fixed(finding(3, 10, 'ALTER TABLE t ADD x int;\nALTER TABLE t VALIDATE CONSTRAINT c;'))).toBeUndefined();
  expect(fixed(finding(3, 10, '-- in a contract phase:\nALTER TABLE t DROP COLUMN a;'))).toBeUndefined();
  expect(fixed(finding(3, 10, 'SELECT count(*) FROM t;'))).toBeUndefined();
  expect(fixed(finding(2, 5, 'CREATE INDEX CONCURRENTLY i ON t (a);'))).toBeUndefined();
  expect(fixed(finding(3, 10, null))).toBeUndefined();
});

test('takes no statement for another that only begins alike, or stands elsewhere', () => {
  const text = 'sql: DROP INDEX job_log;';
  const one = { ...finding(1, 6, 'DROP INDEX CONCURRENTLY job_log;'), step: 's' };
  expect(fix(text, one, [statement('DROP INDEX job', 1, 's')])).toBeUndefined();
  expect(fix(text, one, [statement('DROP INDEX job_log', 2, 's')])).toBeUndefined();
  expect(fix('sql: DROP INDEX "job" CASCADE', one, [statement('DROP INDEX "job"', 1, 's'), statement('DROP INDEX "job" CASCADE', 1, 's')]))
    .toEqual({ from: 5, to: 29, insert: 'DROP INDEX CONCURRENTLY job_log;' });
  expect(ends('DROP INDEX job"x"', 0, 'DROP INDEX job')).toBeUndefined();
});

test('finds places by line and column', () => {
  expect(offset('ab\ncd\n', 2, 2)).toBe(4);
  expect(offset('ab\ncd', 9)).toBe(5);
  expect(offset('ab\ncd', 1, 99)).toBe(2);
  expect(ends('x  SELECT\n 1 ;', 3, 'SELECT 1')).toBe(12);
});
