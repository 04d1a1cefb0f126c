const integer = /^-?\d{1,20}$/;
// PHP's http_build_query writes 1 and 0.
const flags = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

type Read = (values: unknown) => void;

/** Reads the integers and flags of a query or path, where everything is text. What is neither stays: it is refused. */
export function readUrlValues(schema: unknown): Read {
  const { properties } = schema as { properties?: Record<string, { type?: unknown }> };
  const typed = Object.entries(properties ?? {}).filter(([, { type }]) => type === 'integer' || type === 'boolean');
  return (values) => {
    const given = values as Record<string, unknown>;
    for (const [name, { type }] of typed) {
      const text = given[name];
      if (typeof text !== 'string') continue;
      if (type === 'boolean') given[name] = flags.get(text) ?? text;
      else if (integer.test(text)) given[name] = Number(text);
    }
  };
}
