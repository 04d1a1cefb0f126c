/** Tokens and widget.css in one (build/slim-css.ts). */
declare module 'virtual:widget-styles' {
  const css: string;
  export default css;
}

/** Languages other than English (build/pack-languages.ts). */
declare module 'virtual:languages' {
  /** Code → what the closed launcher says. */
  export const openers: Record<string, string>;
  /** Where the rest of a language lies, as seen from the script. */
  export const fileOf: (code: string) => string;
}
