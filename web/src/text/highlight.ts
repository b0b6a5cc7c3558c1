/** Paints ranges without changing the text; a browser that cannot still moves the focus there. */
export function highlight(name: string, ranges: Range[]): () => void {
  if (typeof Highlight === 'undefined' || !CSS.highlights) return () => {};
  const painted = new Highlight(...ranges);
  CSS.highlights.set(name, painted);
  return () => {
    if (CSS.highlights.get(name) === painted) CSS.highlights.delete(name);
  };
}
