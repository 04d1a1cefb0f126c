import { paths } from '@switchboard/protocol';

const prefix = '/api/v1';

/** `users`, `sessions`, …: the first words of the operator face. */
const words = new Set(
  Object.values(paths).flatMap(([, path]) => (path.startsWith(`${prefix}/`) ? [path.split('/')[3] ?? ''] : [])),
);

/** The operator face answers without its prefix as well, for clients that are configured with a bare host. */
export const withPrefix = (url: string): string => {
  const word = /^\/([^/?]+)/.exec(url)?.[1];
  return word !== undefined && words.has(word) ? prefix + url : url;
};
