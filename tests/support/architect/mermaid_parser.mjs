// Reads diagrams with Mermaid's own parser: a JSON list of texts on standard input, a JSON list of faults (or null) as output.
// Mermaid cleans labels with a sanitizer that needs a browser's document. The parser does not look at what it returns, so a
// document that changes nothing stands in.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

class Element {}
class DOMParser {
  parseFromString(html) {
    const body = { innerHTML: html };
    return { body, documentElement: body };
  }
}
const document = {
  nodeType: 9,
  createElement: () => ({}),
  createNodeIterator: () => ({ nextNode: () => null }),
  getElementsByTagName() {
    return [this.body];
  },
  implementation: {},
};
globalThis.window = { document, DOMParser, Element, Node: Element, NodeFilter: {} };

const { default: mermaid } = await import(pathToFileURL(process.argv[2]).href);
const faults = [];
for (const text of JSON.parse(readFileSync(0, "utf8"))) {
  faults.push(await mermaid.parse(text).then(() => null, (error) => String(error.message)));
}
console.log(JSON.stringify(faults));
