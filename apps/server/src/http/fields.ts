interface Asked {
  fields?: string;
  withoutCount?: boolean;
  withoutItems?: boolean;
}

const isList = (value: unknown): value is { count?: number; items: Record<string, unknown>[] } =>
  typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items);

/** `fields`, `withoutCount` and `withoutItems` of every list. The same value when nothing was asked. */
export function pickFields(value: unknown, query: unknown): unknown {
  const { fields, withoutCount, withoutItems } = (query ?? {}) as Asked;
  if (!isList(value) || (!fields && !withoutCount && !withoutItems)) return value;
  const { count, items, ...rest } = value;
  return {
    ...(!withoutCount && count !== undefined && { count }),
    ...(!withoutItems && { items: fields ? items.map((item) => only(item, fields.split(','))) : items }),
    ...rest,
  };
}

const only = (item: Record<string, unknown>, fields: string[]): Record<string, unknown> =>
  Object.fromEntries(fields.map((field) => [field, item[field]]));
