// What the JSON Schema of plans says about a place in the text. The text is read by its indentation, not parsed: while
// somebody writes it is rarely whole.

export interface Schema {
  $ref?: string;
  title?: string;
  description?: string;
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  enum?: unknown[];
  const?: unknown;
  examples?: unknown[];
  default?: unknown;
  additionalProperties?: boolean | Schema;
  $defs?: Record<string, Schema>;
}

/** A place: the keys that lead to it ('[]' for an item of a list), and what stands there. */
export interface Spot {
  path: string[];
  /** The key on whose right side the place is, or undefined where a key belongs. */
  key: string | undefined;
  /** Keys that the mapping has already. */
  siblings: string[];
  /** Column of the key, in characters from 0. */
  indent: number;
}

const ENTRY = /^(\s*)((?:-\s+)*)(?:("[^"]*"|'[^']*'|[^\s#:"'{[][^:#]*?)\s*:(?=\s|$))?(.*)$/;

interface Entry { indent: number; dashes: number[]; key: string | undefined; rest: string }

function entry(line: string): Entry | undefined {
  if (/^\s*(#|$)/.test(line)) return undefined;
  const found = ENTRY.exec(line);
  if (!found) return undefined;
  const dashes: number[] = [];
  const lead = found[1]!.length;
  const marks = found[2] ?? '';
  for (let i = 0; i < marks.length; i++) if (marks[i] === '-') dashes.push(lead + i);
  const bare = found[3]?.trim().replace(/^(["'])(.*)\1$/, '$2');
  return { indent: lead + marks.length, dashes, key: bare, rest: found[4] ?? '' };
}

/** Lines that belong to a block scalar are text, whatever they look like. */
function scalars(lines: string[]): boolean[] {
  const text: boolean[] = [];
  let above = -1;
  for (const line of lines) {
    const depth = line.search(/\S/);
    if (above >= 0 && (depth < 0 || depth > above)) {
      text.push(true);
      continue;
    }
    text.push(false);
    above = /:\s*[|>][-+0-9]*\s*(#.*)?$/.test(line) ? (entry(line)?.indent ?? depth) : -1;
  }
  return text;
}

/** @param row line of the cursor from 0; @param column of the cursor from 0 */
export function spot(text: string, row: number, column: number): Spot | undefined {
  const lines = text.split('\n');
  const hidden = scalars(lines);
  if (hidden[row]) return undefined;
  const line = lines[row] ?? '';
  const own = entry(line);
  const indent = own?.indent ?? column;
  const keyed = own?.key !== undefined && column > line.indexOf(':', indent);
  const path: string[] = [];
  let depth = indent;
  let item = false;
  for (let i = row; i >= 0; i--) {
    const each = hidden[i] ? undefined : entry(lines[i]!);
    if (!each) continue;
    // a list may stand as deep as the key that it belongs to
    if (i !== row && each.key !== undefined && (each.indent < depth || (item && each.indent === depth))) {
      path.unshift(each.key);
      depth = each.indent;
      item = false;
    }
    for (const dash of each.dashes.toReversed()) {
      if (dash < depth) {
        path.unshift('[]');
        depth = dash;
        item = true;
      }
    }
  }
  return { path, key: keyed ? own.key : undefined, siblings: siblings(lines, hidden, row, indent), indent };
}

function siblings(lines: string[], hidden: boolean[], row: number, depth: number): string[] {
  const keys: string[] = [];
  const gather = (i: number): boolean => {
    const each = hidden[i] ? undefined : entry(lines[i]!);
    if (!each || each.indent > depth) return true;
    if (each.indent < depth) return false;
    if (each.key !== undefined && i !== row) keys.push(each.key);
    return true;
  };
  const begins = (i: number): boolean => (entry(lines[i] ?? '')?.dashes.length ?? 0) > 0 && entry(lines[i]!)!.indent === depth;
  for (let i = row - 1; i >= 0 && !begins(i + 1) && gather(i); i--);
  for (let i = row + 1; i < lines.length && !begins(i) && gather(i); i++);
  return keys;
}

/** A schema's own members win over those of what it refers to. */
export function resolve(root: Schema, schema: Schema | undefined): Schema | undefined {
  if (!schema?.$ref) return schema;
  const name = schema.$ref.replace('#/$defs/', '');
  const { $ref: _, ...own } = schema;
  return { ...resolve(root, root.$defs?.[name]), ...own };
}

export function at(root: Schema, path: string[]): Schema | undefined {
  let schema: Schema | undefined = root;
  for (const part of path) {
    const here: Schema | undefined = resolve(root, schema);
    if (part === '[]') {
      schema = here?.items;
    } else {
      const other: Schema | boolean | undefined = here?.additionalProperties;
      schema = here?.properties?.[part] ?? (typeof other === 'object' ? other : undefined);
    }
  }
  return resolve(root, schema);
}

export interface Offer { label: string; detail: string; info: string; apply: string; required: boolean }

const brief = (text: string): string => (text.length > 60 ? `${text.slice(0, 57)}…` : text);

/** Keys that may stand here and do not yet. */
export function keys(root: Schema, place: Spot): Offer[] {
  const schema = at(root, place.path);
  const required = schema?.required ?? [];
  return Object.entries(schema?.properties ?? {}).filter(([key]) => !place.siblings.includes(key)).map(([key, raw]) => {
    const one = resolve(root, raw) ?? {};
    const pad = ' '.repeat(place.indent + 2);
    const types = [one.type ?? []].flat();
    const only = (type: string): boolean => types.length === 1 && types[0] === type;
    const apply = only('array') ? `${key}:\n${pad}- ` : only('object') ? `${key}:\n${pad}` : `${key}: `;
    return { label: key, detail: required.includes(key) ? 'required' : brief(one.title ?? ''), info: about(one), apply, required: required.includes(key) };
  });
}

/** Values that may stand behind the key. */
export function values(root: Schema, place: Spot): Offer[] {
  const schema = at(root, [...place.path, place.key ?? '']);
  const all = schema?.enum ?? (schema?.const !== undefined ? [schema.const] : schema?.type === 'boolean' ? [true, false] : []);
  const given = all.map((each) => ({ label: String(each), detail: '', info: about(schema ?? {}), apply: String(each), required: false }));
  const example = all.length > 0 ? [] : (schema?.examples ?? []).filter((each) => typeof each === 'string' || typeof each === 'number')
    .map((each) => ({ label: String(each), detail: 'example', info: about(schema ?? {}), apply: String(each), required: false }));
  return [...given, ...example];
}

/** What the schema says of a key, to be read beside it. */
export function about(schema: Schema): string {
  const values = schema.enum ? `One of ${schema.enum.join(', ')}.` : '';
  const usual = schema.default === undefined ? '' : `Without it: ${String(schema.default)}.`;
  return [schema.description ?? schema.title ?? '', values, usual].filter((each) => each !== '').join(' ');
}
