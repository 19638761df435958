/**
 * Mutation check of the edits: each comparison flipped or moved by one, each clause dropped, each negation and each listed code taken away, one at a
 * time; does an example of the edit notice?
 *
 * `npm run bench -- edits-mutation [--survivors]`. One line a chapter and one for all; `--survivors` lists what nothing noticed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import vm from 'node:vm';
import ts from 'typescript';
import { root } from '../../scripts/build.mjs';
import { lib } from '../../scripts/platform.mjs';

const SRC = path.join(root, 'dist/libs/edits/src');
const CATALOG = path.join(SRC, 'catalog');
const TODAY = '20260630';

const K = ts.SyntaxKind;
/** What a comparison becomes: its opposite, and the same with the boundary moved. */
const FLIPS = {
  [K.EqualsEqualsEqualsToken]: ['!=='],
  [K.ExclamationEqualsEqualsToken]: ['==='],
  [K.LessThanToken]: ['>=', '<='],
  [K.LessThanEqualsToken]: ['>', '<'],
  [K.GreaterThanToken]: ['<=', '>='],
  [K.GreaterThanEqualsToken]: ['<', '>'],
};

/** Id of the edit whose object a node is in, or null for a helper. */
function editOf(node) {
  for (let at = node.parent; at; at = at.parent) {
    if (!ts.isObjectLiteralExpression(at)) continue;
    const id = at.properties.find((property) => property.name?.text === 'id');
    if (id?.initializer && ts.isStringLiteral(id.initializer)) return id.initializer.text;
  }
  return null;
}

/** Whether a node belongs to the words and examples of an edit, or to the frame that the compiler made. */
function isProse(node) {
  for (let at = node; at; at = at.parent) {
    if (
      ts.isPropertyAssignment(at) &&
      ['pass', 'fail', 'fix', 'allowed', 'items', 'needs', 'also', 'anyOf'].includes(at.name.text)
    )
      return true;
    // What a wrong record is told, not whether it is wrong: `cond && { allowed }` keeps its condition.
    if (ts.isObjectLiteralExpression(at) && at.parent && ts.isBinaryExpression(at.parent) && at.parent.right === at)
      return true;
    if (ts.isFunctionDeclaration(at) && /^_/.test(at.name?.text ?? '')) return true;
  }
  return false;
}

/** A pattern without its anchors, without one alternative, without the end of one class of characters. */
function regexMutants(text) {
  const changed = [text.replace('/^', '/'), text.replace(/\$\/$/, '/')];
  for (const { 0: whole, 1: inner, index } of text.matchAll(/\(([^()]*)\)/g)) {
    const parts = inner.split('|');
    if (parts.length > 1)
      parts.forEach((_, at) =>
        changed.push(
          `${text.slice(0, index)}(${parts.filter((__, other) => other !== at).join('|')})${text.slice(index + whole.length)}`,
        ),
      );
  }
  for (const { 0: whole, 1: inner, index } of text.matchAll(/\[([^\]]{2,})\]/g))
    changed.push(`${text.slice(0, index)}[${inner.replace(/.(-.)?$/, '')}]${text.slice(index + whole.length)}`);
  return changed.filter((one) => one !== text);
}

/** Every mutant of a file as `{start, end, text, edit, what}`. */
function mutants(file) {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ES2022, true);
  const found = [];
  const add = (node, text, what) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart());
    found.push({
      start: node.getStart(),
      end: node.end,
      text,
      edit: editOf(node),
      what,
      line: line + 1,
      code: node.getText().slice(0, 90),
    });
  };
  const visit = (node) => {
    if (!isProse(node)) {
      if (ts.isBinaryExpression(node)) {
        const { kind } = node.operatorToken;
        for (const to of FLIPS[kind] ?? [])
          add(node, `${node.left.getText()} ${to} ${node.right.getText()}`, `${node.operatorToken.getText()} to ${to}`);
        if (kind === K.AmpersandAmpersandToken || kind === K.BarBarToken) {
          // The answer `condition && { what to do }` has no clause to drop on its right.
          if (!ts.isObjectLiteralExpression(node.right)) add(node, node.left.getText(), 'right clause dropped');
          add(
            node,
            ts.isObjectLiteralExpression(node.right) ? node.right.getText() : node.right.getText(),
            'left clause dropped',
          );
        }
      }
      if (ts.isPrefixUnaryExpression(node) && node.operator === K.ExclamationToken)
        add(node, node.operand.getText(), 'negation dropped');
      if (ts.isIfStatement(node)) add(node.expression, 'false', 'if never');
      if (ts.isConditionalExpression(node)) {
        add(node, `(${node.whenTrue.getText()})`, 'always the first');
        add(node, `(${node.whenFalse.getText()})`, 'always the second');
      }
      if (
        ts.isArrayLiteralExpression(node) &&
        node.elements.length > 1 &&
        node.elements.every((one) => ts.isStringLiteral(one) && !one.text.includes('='))
      )
        node.elements.forEach((one, index) =>
          add(
            node,
            `[${node.elements
              .filter((_, at) => at !== index)
              .map((each) => each.getText())
              .join(', ')}]`,
            `${one.text} dropped`,
          ),
        );
      if (ts.isRegularExpressionLiteral(node))
        for (const text of regexMutants(node.getText())) add(node, text, `pattern ${text}`);
      if (
        ts.isPropertyAssignment(node) &&
        ['from', 'to'].includes(node.name.text) &&
        ts.isNumericLiteral(node.initializer)
      )
        for (const by of [-1, 1])
          add(node.initializer, String(Number(node.initializer.text) + by), `year moved by ${by}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Load the catalog anew with one file's text replaced. */
function createLoader() {
  const scripts = new Map();
  const wrap = (file, code) =>
    new vm.Script(`(function (exports, require, module) {${code}\n})`, { filename: file }).runInThisContext();
  return (mutated, code) => {
    const modules = new Map();
    const load = (file) => {
      const known = modules.get(file);
      if (known) return known.exports;
      const module = { exports: {} };
      modules.set(file, module);
      let body = scripts.get(file);
      if (file === mutated) body = wrap(file, code);
      else if (body === undefined) scripts.set(file, (body = wrap(file, readFileSync(file, 'utf8'))));
      const outer = createRequire(file);
      body(
        module.exports,
        (id) =>
          id.startsWith('.') && path.resolve(path.dirname(file), id).startsWith(SRC)
            ? load(path.resolve(path.dirname(file), id))
            : outer(id),
        module,
      );
      return module.exports;
    };
    return load(path.join(SRC, 'index.js'));
  };
}

export async function run(args) {
  const list = args.includes('--survivors');
  const load = createLoader();
  const tables = lib('edits', 'node').loadEditTables();
  const files = readdirSync(CATALOG).filter(
    (file) => file.endsWith('.js') && !/generated|short-names|define|index|date-items/.test(file),
  );
  let all = 0;
  let caught = 0;
  const survivors = [];
  for (const name of files) {
    const file = path.join(CATALOG, name);
    const code = readFileSync(file, 'utf8');
    let total = 0;
    let killed = 0;
    for (const mutant of mutants(file)) {
      const text = code.slice(0, mutant.start) + mutant.text + code.slice(mutant.end);
      let noticed = true;
      try {
        const edits = load(file, text);
        const set = edits.editSet('full', tables);
        const own = mutant.edit === null ? edits.CATALOG : edits.CATALOG.filter(({ id }) => id === mutant.edit);
        noticed = own.some(({ id, examples }) =>
          ['pass', 'fail'].some((expect) =>
            examples[expect].some(
              (example) =>
                edits.runExample(set, { edit: id, expect, tumors: edits.readExample(example) }, TODAY) !== expect,
            ),
          ),
        );
      } catch (error) {
        // A mutant that does not even load proves nothing.
        if (error instanceof SyntaxError || error instanceof ReferenceError) continue;
      }
      total += 1;
      if (noticed) killed += 1;
      else
        survivors.push(
          `${name}:${mutant.line} ${mutant.edit ?? 'helper'} ${mutant.what}: ${mutant.code.replaceAll(/\s+/g, ' ')}`,
        );
    }
    all += total;
    caught += killed;
    process.stdout.write(
      `${JSON.stringify({ chapter: name.slice(0, -3), mutants: total, killed, share: Number((killed / Math.max(1, total)).toFixed(3)) })}\n`,
    );
  }
  process.stdout.write(
    `${JSON.stringify({ figure: 'mutants of the edits noticed by their examples', mutants: all, killed: caught, share: Number((caught / all).toFixed(4)), target: 0.9 })}\n`,
  );
  if (list) process.stdout.write(`${survivors.join('\n')}\n`);
}
