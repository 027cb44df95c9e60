import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { about, at, keys, resolve, spot, values, type Schema } from './schema';

const ROOT = JSON.parse(readFileSync('../src/main/resources/schemas/plan-v1.json', 'utf8')) as Schema;
const PLAN = `plan: rename-username
title: Rename
engine: postgresql
phases:
  - phase: expand
    after:
      deployment: { application: web, version: ">=2" }
      backup:
        maxAge: 24h
    steps:
      - step: one
        sql: |
          ALTER TABLE users
            ADD COLUMN note: text;
        rollback:
          dataLoss: none
          
      - step: two
        
  - phase: contract
    
`;
const LINES = PLAN.split('\n');

function place(needle: string, from = 0): ReturnType<typeof spot> {
  const row = LINES.findIndex((line, i) => i >= from && line.includes(needle));
  return spot(PLAN, row, LINES[row]!.indexOf(needle) + needle.length);
}
const blank = (row: number): ReturnType<typeof spot> => spot(PLAN, row, LINES[row]!.length);

test('tells the place of a key by its indentation', () => {
  expect(place('maxAge')?.path).toEqual(['phases', '[]', 'after', 'backup']);
  expect(place('step: one')).toMatchObject({ path: ['phases', '[]', 'steps', '[]'], key: 'step' });
  expect(place('title: R')).toMatchObject({ path: [], key: 'title' });
});

test('offers what is missing at an empty place', () => {
  const after = blank(16)!;
  expect(after.path).toEqual(['phases', '[]', 'steps', '[]', 'rollback']);
  expect(keys(ROOT, after).map((each) => each.label)).toEqual(expect.arrayContaining(['sql', 'forward', 'window']));
  expect(keys(ROOT, after).map((each) => each.label)).not.toContain('dataLoss');
  const second = blank(18)!;
  expect(second.path).toEqual(['phases', '[]', 'steps', '[]']);
  expect(keys(ROOT, second).map((each) => each.label)).toEqual(expect.arrayContaining(['sql', 'rollback']));
  expect(keys(ROOT, second).map((each) => each.label)).not.toContain('step');
  expect(keys(ROOT, second).find((each) => each.label === 'rollback')).toMatchObject({ required: true });
  const phase = blank(20)!;
  expect(keys(ROOT, phase).map((each) => each.label)).toEqual(expect.arrayContaining(['steps', 'after', 'title']));
});

test('leaves SQL in peace', () => {
  expect(place('ADD COLUMN')).toBeUndefined();
});

test('understands lists that stand as deep as their key', () => {
  const flat = 'phases:\n- phase: expand\n  steps:\n  - step: a\n    ';
  expect(spot(flat, 4, 4)?.path).toEqual(['phases', '[]', 'steps', '[]']);
});

test('offers the values that the schema lists, and its examples elsewhere', () => {
  expect(values(ROOT, place('dataLoss: none')!).map((each) => each.label)).toEqual(['none', 'derived', 'new-writes', 'total']);
  expect(values(ROOT, place('phase: expand')!).map((each) => each.label)).toEqual(['expand', 'migrate', 'contract']);
  expect(values(ROOT, place('maxAge: 24h')!).map((each) => each.label)).toContain('24h');
});

test('begins a mapping or a list on the next line', () => {
  const top = { path: [], key: undefined, siblings: [], indent: 0 };
  expect(keys(ROOT, top).find((each) => each.label === 'phases')?.apply).toBe('phases:\n  - ');
  expect(keys(ROOT, top).find((each) => each.label === 'plan')?.apply).toBe('plan: ');
});

test('explains a key in the words of the schema', () => {
  expect(about(at(ROOT, ['phases', '[]', 'after', 'soak'])!)).toContain('Time since the previous phase');
  expect(resolve(ROOT, { $ref: '#/$defs/name', title: 'own' })).toMatchObject({ title: 'own', type: 'string' });
});
