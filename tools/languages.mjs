// What can be wrong with language files and with the words in components. tools/check-languages.mjs runs it on the project.
import { lineOf, nodesOf, parse } from './syntax.mjs';

/** Functions whose first argument is a key. */
const speaks = /^(t|say)$/;
/** Attributes that people read or hear. */
const spokenAttributes =
  /^(aria-label|aria-description|aria-placeholder|aria-roledescription|aria-valuetext|title|placeholder|alt|label)$/;
/** Elements whose text is the same in every language. */
const wordless = /^(kbd|code|style)$/;
const hasLetters = /\p{L}{2,}/u;
/** After this comment, on the line before or at its end, a literal is allowed: a brand, a format. */
const allowance = 'not translated:';

/**
 * @param {string} folder where the files lie, for the messages
 * @param {Record<string, object>} languages code → content of its file; `en` must be among them
 * @returns {string[]} sentences
 */
export function violationsInLanguages(folder, languages) {
  if (!languages.en) return [`${folder} has no en.json, which the others are compared with`];
  const found = [];
  const english = entriesOf(languages.en);
  for (const [code, content] of Object.entries(languages)) {
    const file = `${folder}/${code}.json`;
    const own = entriesOf(content);
    for (const key of english.keys()) if (!own.has(key)) found.push(`${file} lacks "${key}"`);
    for (const [key, forms] of own) {
      const original = english.get(key);
      if (original === undefined) found.push(`${file} has "${key}", which en.json lacks`);
      else found.push(...violationsInEntry(code, key, forms, original).map((sentence) => `${file} ${sentence}`));
    }
  }
  return found;
}

function violationsInEntry(code, key, forms, original) {
  const found = [];
  for (const [form, text] of Object.entries(forms)) {
    if (typeof text !== 'string' || text.trim() === '') found.push(`"${key}"${form ? ` (${form})` : ''} is empty`);
  }
  const isPlural = !('' in forms);
  if (isPlural !== !('' in original))
    return [
      ...found,
      `"${key}" is ${isPlural ? '' : 'not '}a plural, but in en.json it is ${isPlural ? 'not' : 'one'}`,
    ];
  if (isPlural) {
    const needed = new Intl.PluralRules(code).resolvedOptions().pluralCategories;
    for (const form of needed) if (!(form in forms)) found.push(`"${key}" lacks the form "${form}"`);
    for (const form of Object.keys(forms))
      if (!needed.includes(form)) found.push(`"${key}" has the form "${form}", which ${code} does not use`);
  }
  const wanted = placesIn(Object.values(original).join(' '));
  const present = placesIn(Object.values(forms).join(' '));
  for (const place of wanted) if (!present.has(place)) found.push(`"${key}" lacks the place ${place}`);
  for (const place of present)
    if (!wanted.has(place)) found.push(`"${key}" has the place ${place}, which en.json lacks`);
  return found;
}

const placesIn = (text) => new Set(text.match(/\{\{?\s*-?\s*\w+[^}]*\}?\}/g) ?? []);

const categories = ['zero', 'one', 'two', 'few', 'many', 'other'];

/** Key → its forms: `{'': text}`, or by plural category. Understands nesting, `{one, other}` and i18next's `key_one`. */
export function entriesOf(content, prefix = '') {
  const entries = new Map();
  for (const [name, value] of Object.entries(content)) {
    const key = prefix + name;
    const [, base, category] = /^(.+)_(zero|one|two|few|many|other)$/.exec(key) ?? [];
    if (value !== null && typeof value === 'object') {
      const isPlural = Object.keys(value).every((each) => categories.includes(each));
      if (isPlural) entries.set(key, value);
      else for (const [inner, forms] of entriesOf(value, `${key}.`)) entries.set(inner, forms);
    } else if (base !== undefined && `${name.slice(0, -category.length)}other` in content) {
      entries.set(base, { ...entries.get(base), [category]: value });
    } else {
      entries.set(key, { '': value });
    }
  }
  return entries;
}

/**
 * @param {ReadonlyMap<string, string>} sources path → source
 * @param {string} folder of the language files, for the messages
 * @param {object} english content of en.json
 */
export function violationsInUse(sources, folder, english) {
  const keys = [...entriesOf(english).keys()];
  const unused = new Set(keys);
  const found = [];
  for (const [path, source] of sources) {
    for (const [node] of nodesOf(parse(path, source))) {
      // A key may travel through a table before it is spoken, so every equal literal counts as a use …
      if (node.type === 'Literal') unused.delete(node.value);
      if (node.type !== 'CallExpression' || !speaks.test(node.callee.property?.name ?? node.callee.name ?? ''))
        continue;
      // … but what is spoken directly must exist.
      for (const pattern of patternsOf(node.arguments[0])) {
        const matching = keys.filter((key) => pattern.test(key));
        for (const key of matching) unused.delete(key);
        if (matching.length === 0)
          found.push(
            `${path}:${lineOf(source, node.start)} says ${source.slice(node.arguments[0].start, node.arguments[0].end)}, which ${folder}/en.json lacks`,
          );
      }
    }
  }
  return [...found, ...[...unused].map((key) => `${folder}/en.json has "${key}", which nothing says`)];
}

/** The keys that an expression can be. What only a run can tell (a variable) is left to the types. */
function patternsOf(node) {
  if (node?.type === 'Literal' && typeof node.value === 'string') return [new RegExp(`^${escaped(node.value)}$`)];
  if (node?.type === 'TemplateLiteral')
    return [new RegExp(`^${node.quasis.map((part) => escaped(part.value.cooked)).join('.+')}$`)];
  if (node?.type === 'ConditionalExpression') return [...patternsOf(node.consequent), ...patternsOf(node.alternate)];
  if (node?.type === 'LogicalExpression') return [...patternsOf(node.left), ...patternsOf(node.right)];
  if (node?.type === 'TSAsExpression' || node?.type === 'TSSatisfiesExpression') return patternsOf(node.expression);
  return [];
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Words written into components instead of the language files. @returns {string[]} */
export function literalWords(path, source) {
  const found = [];
  const lines = source.split('\n');
  for (const [node, above] of nodesOf(parse(path, source))) {
    const text = textOf(node);
    if (text === undefined || !hasLetters.test(text) || !isSpoken(node, above)) continue;
    const line = lineOf(source, node.start + text.search(/\S/));
    if ([lines[line - 1], lines[line - 2]].some((each) => each?.includes(allowance))) continue;
    found.push(`${path}:${line} says "${text.trim().replace(/\s+/g, ' ').slice(0, 40)}" without a language file`);
  }
  return found;
}

function textOf(node) {
  if (node.type === 'JSXText') return node.value;
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type === 'TemplateLiteral') return node.quasis.map((part) => part.value.cooked).join(' ');
  return undefined;
}

/** Whether a text ends up before people: as a child of an element, or in an attribute that they read. */
function isSpoken(node, above) {
  for (const [index, parent] of above.entries()) {
    const child = index === 0 ? node : above[index - 1];
    if (parent.type === 'JSXAttribute') return parent.value === child && spokenAttributes.test(parent.name.name);
    if (parent.type === 'JSXElement') return !wordless.test(parent.openingElement.name.name ?? '');
    if (parent.type === 'JSXFragment') return true;
    const passesOn =
      parent.type === 'JSXExpressionContainer' ||
      (parent.type === 'ConditionalExpression' && parent.test !== child) ||
      (parent.type === 'LogicalExpression' && (parent.right === child || parent.operator !== '&&'));
    if (!passesOn) return false;
  }
  return false;
}
