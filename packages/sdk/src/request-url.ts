type Value = string | number | boolean | null | undefined;

/** Fills `:name` parts of a path and appends the query; null and undefined are left out. */
export function requestUrl(
  baseUrl: string,
  path: string,
  params: Record<string, Value> = {},
  query: Record<string, Value> = {},
): string {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined || value === null || value === '') throw new TypeError(`${path} needs ${name}`);
    return encodeURIComponent(value);
  });
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null) search.set(name, String(value));
  }
  const tail = search.toString();
  return `${baseUrl.replace(/\/$/, '')}${filled}${tail === '' ? '' : `?${tail}`}`;
}
