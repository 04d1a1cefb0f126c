const fromUses = 5;
const mostNames = 500;
const mostCounted = 5000;

export interface Names {
  /** undefined: not worth remembering, so far. */
  of(text: string): string | undefined;
  /** After the tables have changed: what connections remember by the old names is never asked for again. */
  renew(): void;
}

export function createNames(): Names {
  let generation = 0;
  let uses = new Map<string, number>();
  let names = new Map<string, string>();
  return {
    of(text) {
      const known = names.get(text);
      if (known !== undefined) return known;
      const count = (uses.get(text) ?? 0) + 1;
      if (uses.size >= mostCounted) uses.clear();
      uses.set(text, count);
      if (count < fromUses || names.size >= mostNames || !hasOnePlan(text)) return undefined;
      uses.delete(text);
      const name = `t${generation}-${names.size}`;
      names.set(text, name);
      return name;
    },
    renew() {
      generation++;
      uses = new Map();
      names = new Map();
    },
  };
}

/** With a limit the best way depends on the values, so it is found anew for each. */
const hasOnePlan = (text: string): boolean => /\$1\b/.test(text) && !/ limit \$\d+/.test(text);
