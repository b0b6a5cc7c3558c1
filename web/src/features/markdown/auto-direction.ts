import type { Element, Nodes, Root } from 'hast';

const DIRECTED = new Set(['p', 'li', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'td', 'th']);

/** Their markers, bars and columns stand on the side where their own text begins. */
const CONTAINERS = new Set(['ul', 'ol', 'blockquote', 'table']);

/** The first letter that has a direction; the scripts that run from right to left are captured. */
const FIRST_STRONG = /([\p{sc=Arab}\p{sc=Hebr}\p{sc=Syrc}\p{sc=Thaa}\p{sc=Nkoo}\p{sc=Adlm}])|[\p{L}]/u;

function runsFromRight(text: string): boolean {
  return FIRST_STRONG.exec(text)?.[1] !== undefined;
}

function textOf(node: Nodes): string {
  if (node.type === 'text') return node.value;
  return 'children' in node ? node.children.map((child) => textOf(child as Nodes)).join(' ') : '';
}

/** `auto` looks past everything inside that has a direction of its own, so a container gets its in words. */
function directionOf(node: Element): 'auto' | 'ltr' | 'rtl' | null {
  if (DIRECTED.has(node.tagName)) return 'auto';
  if (CONTAINERS.has(node.tagName)) return runsFromRight(textOf(node)) ? 'rtl' : 'ltr';
  return null;
}

function direct(node: Nodes): void {
  if (node.type === 'element') {
    const direction = directionOf(node);
    if (direction) node.properties.dir = direction;
  }
  if ('children' in node) for (const child of node.children) direct(child as Nodes);
}

/** Lets every paragraph, list and cell run in the direction of its own first letter. */
export const autoDirection = () => (tree: Root) => direct(tree);
