/** Every place where a text says the words, ignoring case. */
export function placesOf(text: string, query: string): number[] {
  const wanted = query.trim().toLowerCase();
  const places: number[] = [];
  if (wanted === '') return places;
  const lower = text.toLowerCase();
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + wanted.length))
    places.push(at);
  return places;
}

/** Every place on screen below an element that says the words. */
export function rangesOf(element: Element, query: string): Range[] {
  const length = query.trim().length;
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement?.closest('.sr-only, button')) continue;
    for (const at of placesOf(node.nodeValue ?? '', query)) {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + length);
      ranges.push(range);
    }
  }
  return ranges;
}
