import type { Nodes, Root } from 'hast';

const DIRECTED = new Set([
  'p',
  'ul',
  'ol',
  'li',
  'blockquote',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'td',
  'th',
]);

function direct(node: Nodes): void {
  if (node.type === 'element' && DIRECTED.has(node.tagName)) node.properties.dir = 'auto';
  if ('children' in node) for (const child of node.children) direct(child as Nodes);
}

/** Lets every paragraph, list and cell run in the direction of its own first letter. */
export const autoDirection = () => (tree: Root) => direct(tree);
