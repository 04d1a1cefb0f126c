import fc from 'fast-check';

/** As much of JSON Schema as the contract uses. */
export interface Schema {
  type?: string | readonly string[];
  enum?: readonly unknown[];
  format?: string;
  pattern?: string;
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  required?: readonly string[];
  items?: Schema;
  uniqueItems?: boolean;
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
}

/** What fields of these names may well be: ids of things that are there. Of an array its items, or whole arrays. */
export type Known = Record<string, readonly unknown[]>;

/** Values that the schema lets through, or nearly. `whole`: every optional field too, and the first of what is known. */
export function valuesOf(schema: Schema, known: Known, { whole = false, name = '' } = {}): fc.Arbitrary<unknown> {
  const there = known[name];
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['anything']);
  const isNested = types[0] === 'object' || types[0] === 'array';
  if (there && (types[0] !== 'array' || Array.isArray(there[0]))) {
    if (whole) return fc.constant(there[0]);
    const other = isNested ? nested(schema, known, whole, name) : anyOf(schema, types[0]);
    return fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...there) }, { weight: 1, arbitrary: other });
  }
  if (whole && types[0] === 'boolean') return fc.constant(false);
  if (whole && schema.enum) return fc.constant(schema.enum[0]);
  const value = isNested ? nested(schema, known, whole, name) : anyOf(schema, types[0]);
  return types.includes('null') && !whole ? fc.oneof(value, fc.constant(null)) : value;
}

function nested(schema: Schema, known: Known, whole: boolean, name: string): fc.Arbitrary<unknown> {
  const { properties, patternProperties, items, minItems = 0, maxItems = 3 } = schema;
  if (items) {
    const length = { minLength: whole ? 1 : minItems, maxLength: whole ? 1 : Math.min(maxItems, 3) };
    const values = valuesOf(items, known, { whole, name });
    // Of a few known ids no three are different.
    return schema.uniqueItems ? fc.uniqueArray(values, { ...length, maxLength: 1 }) : fc.array(values, length);
  }
  const [anyName] = Object.values(patternProperties ?? {});
  if (anyName) {
    const names = fc.constantFrom('default', 'a', '__proto__', 'toString');
    return fc.dictionary(whole ? fc.constant('default') : names, valuesOf(anyName, known, { whole }), { minKeys: 1 });
  }
  const fields = Object.entries(properties ?? {}).map(
    ([field, of]) => [field, valuesOf(of, known, { whole, name: field })] as const,
  );
  return fc.record(Object.fromEntries(fields), whole ? {} : { requiredKeys: [...(schema.required ?? [])] });
}

const thisCentury = {
  min: new Date('2000-01-01T00:00:00Z'),
  max: new Date('2099-12-31T00:00:00Z'),
  noInvalidDate: true,
};

function anyOf(schema: Schema, type: string | undefined): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer') {
    const min = Math.max(schema.minimum ?? -(2 ** 31), -(2 ** 31));
    const max = Math.min(schema.maximum ?? 2 ** 31, 2 ** 31);
    return fc.oneof(fc.integer({ min, max: Math.min(max, min + 20) }), fc.constantFrom(min, max));
  }
  if (type !== 'string') return fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern));
  if (schema.format === 'uuid') return fc.uuid();
  if (schema.format === 'email') return fc.emailAddress();
  if (schema.format === 'date-time' || schema.format === 'iso-8601') {
    return fc.date(thisCentury).map((date) => date.toISOString());
  }
  const { minLength = 1, maxLength = 60 } = schema;
  return fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 60)) });
}

type Change = readonly [where: number, what: 'replace' | 'remove' | 'add', value: unknown];

/** The values with up to three of their parts, however deep, replaced, removed, or given a field beside them. */
export const spoilt = (values: fc.Arbitrary<unknown>, hostile: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => {
  const change = fc.tuple(fc.nat(1000), fc.constantFrom('replace', 'replace', 'remove', 'add'), hostile);
  return fc.tuple(values, fc.array(change, { maxLength: 3 })).map(([value, changes]) => {
    const box = { value: structuredClone(value) };
    for (const one of changes) apply(box, one as Change);
    return box.value;
  });
};

function apply(box: { value: unknown }, [where, what, shared]: Change): void {
  const value = structuredClone(shared);
  const places = placesIn(box);
  const place = places[where % places.length];
  if (!place) return;
  const [parent, key] = place;
  const here = parent[key];
  if (what === 'replace') parent[key] = value;
  else if (what === 'add' && isParent(here)) here.extra = value;
  else delete parent[key];
}

type Parent = Record<string, unknown>;
const isParent = (value: unknown): value is Parent => typeof value === 'object' && value !== null;

function placesIn(parent: Parent): [Parent, string][] {
  return Object.keys(parent).flatMap((key) => {
    const child = parent[key];
    return [[parent, key] as [Parent, string], ...(isParent(child) ? placesIn(child) : [])];
  });
}
