/** Tokens and widget.css in one (build/slim-css.ts). */
declare module 'virtual:widget-styles' {
  const css: string;
  export default css;
}

/** Languages other than English → where each lies, as seen from the script (build/pack-languages.ts). */
declare module 'virtual:languages' {
  const files: Record<string, string>;
  export default files;
}
