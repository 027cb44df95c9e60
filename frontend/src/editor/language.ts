import { autocompletion, type Completion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { keywordCompletionSource, PostgreSQL } from '@codemirror/lang-sql';
import { yamlLanguage } from '@codemirror/lang-yaml';
import { LanguageSupport } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { hoverTooltip } from '@codemirror/view';
import { parseMixed, type SyntaxNodeRef, type Input } from '@lezer/common';
import { about, at, keys, spot, values, type Offer, type Schema } from './schema';

// YAML with SQL inside, and what the schema knows about each place.

const SQL = new Set(['sql', 'as', 'where', 'lossQuery']);

/** The key that a scalar is the value of; items of a list belong to the list's key. */
function owner(node: SyntaxNodeRef, input: Input): string[] {
  const names: string[] = [];
  for (let one = node.node.parent; one && names.length < 2; one = one.parent) {
    if (one.name === 'Key') return [];
    if (one.name === 'Pair') {
      const key = one.getChild('Key');
      if (key) names.push(input.read(key.from, key.to).replace(/["']/g, ''));
    }
  }
  return names;
}

const yamlWithSql = yamlLanguage.configure({
  wrap: parseMixed((node, input) => {
    if (node.name !== 'BlockLiteralContent' && node.name !== 'Literal' && node.name !== 'QuotedLiteral') return null;
    const [key, above] = owner(node, input);
    if (key === undefined || !(SQL.has(key) || above === 'set')) return null;
    const quoted = node.name === 'QuotedLiteral' ? 1 : 0;
    if (node.to - node.from <= 2 * quoted) return null;
    return { parser: PostgreSQL.language.parser, overlay: [{ from: node.from + quoted, to: node.to - quoted }] };
  }),
});

const place = (context: { state: CompletionContext['state'] }, pos: number): ReturnType<typeof spot> => {
  const line = context.state.doc.lineAt(pos);
  return spot(context.state.doc.toString(), line.number - 1, pos - line.from);
};

/** What is required first, else in the order of the schema. */
function option(offer: Offer, type: string, number: number): Completion {
  return { label: offer.label, detail: offer.detail, info: offer.info, apply: offer.apply, type, boost: (offer.required ? 60 : 30) - Math.min(number, 30) };
}

function complete(schema: Schema): (context: CompletionContext) => CompletionResult | null {
  return (context) => {
    const where = place(context, context.pos);
    const typed = context.matchBefore(/[\w-]*/);
    if (!where || !typed || (typed.from === typed.to && !context.explicit)) return null;
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, typed.from - line.from);
    if (where.key === undefined && !/^\s*(- +)*$/.test(before)) return null;
    const keyed = where.key !== undefined;
    const offers = keyed ? values(schema, where) : keys(schema, where);
    return offers.length === 0 ? null : { from: typed.from, options: offers.map((each, i) => option(each, keyed ? 'constant' : 'property', i)), validFor: /^[\w-]*$/ };
  };
}

function hover(schema: Schema): Extension {
  return hoverTooltip((view, pos) => {
    const line = view.state.doc.lineAt(pos);
    const key = /^\s*(?:- +)*([\w-]+):/.exec(line.text);
    if (!key) return null;
    const from = line.from + key[0].length - 1 - key[1]!.length;
    const where = spot(view.state.doc.toString(), line.number - 1, line.text.length);
    const said = where && where.key === key[1] ? at(schema, [...where.path, key[1]!]) : undefined;
    if (!said || pos < from || pos > from + key[1]!.length) return null;
    return { pos: from, end: from + key[1]!.length, above: true, create: () => {
      const dom = document.createElement('div');
      dom.className = 'about';
      const name = document.createElement('b');
      name.textContent = key[1]!;
      dom.append(name, ` ${about(said)}`);
      return { dom };
    } };
  });
}

/** @param schema of plans, or undefined while it is not there: then nothing is offered but SQL */
export function plans(schema: Schema | undefined): Extension {
  return [
    new LanguageSupport(yamlWithSql, schema ? [yamlWithSql.data.of({ autocomplete: complete(schema) }), hover(schema)] : []),
    PostgreSQL.language.data.of({ autocomplete: keywordCompletionSource(PostgreSQL, true) }),
    autocompletion({ icons: false }),
  ];
}
