const integer = /^-?\d{1,20}$/;
// PHP's http_build_query writes 1 and 0.
const flags = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

// A plus in a query string arrives as a space.
const lostPlus = /(T[\d:.]+) (\d{2}:?\d{2})$/;

type Read = (values: unknown) => void;

/** A UUID is the same in capitals; ours are kept in small letters. */
export function readUuids(schema: unknown): Read {
  const { properties } = schema as { properties?: Record<string, { format?: unknown }> };
  const names = Object.entries(properties ?? {}).flatMap(([name, { format }]) => (format === 'uuid' ? [name] : []));
  return (values) => {
    if (typeof values !== 'object' || values === null) return;
    const given = values as Record<string, unknown>;
    for (const name of names) {
      const text = given[name];
      if (typeof text === 'string') given[name] = text.toLowerCase();
    }
  };
}

/** Reads the integers and flags of a query or path, where everything is text. What is neither stays: it is refused. */
export function readUrlValues(schema: unknown): Read {
  const { properties } = schema as { properties?: Record<string, { type?: unknown; format?: unknown }> };
  const typed = Object.entries(properties ?? {}).filter(
    ([, { type, format }]) => type === 'integer' || type === 'boolean' || format === 'date-time',
  );
  return (values) => {
    const given = values as Record<string, unknown>;
    for (const [name, { type }] of typed) {
      const text = given[name];
      if (typeof text !== 'string') continue;
      if (type === 'string') given[name] = text.replace(lostPlus, '$1+$2');
      else if (type === 'boolean') given[name] = flags.get(text) ?? text;
      else if (integer.test(text)) given[name] = Number(text);
    }
  };
}
