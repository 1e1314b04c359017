import { SaxesParser } from 'saxes';
import type { JsonObject, JsonValue } from '../domain/inventory';
import { passed, refused, type StageResult } from '../domain/verdict';
import { isForbiddenKey } from './forbidden-keys';
import type { DecodeLimits } from './limits';
import { isLongerThan } from './text-size';

/** An XML document as objects: names in lower case, repeated elements as lists, attributes left out. */
export interface XmlTree {
  /** Lower case. */
  readonly rootName: string;
  readonly root: JsonObject;
}

/**
 * Reads a document within the limits, which are kept while parsing. An element is a text, or an object when it holds
 * elements; one without elements and without more than white space is left out, unless it is `content`.
 * Refuses DTDs, entities but the five of XML, truncated documents. CDATA is text.
 */
export function readXml(text: string, limits: DecodeLimits): StageResult<XmlTree> {
  if (hasTooMuchMarkup(text, limits)) return refused('payload_too_complex', { limit: 'elements' });
  const builder = new TreeBuilder(limits);
  try {
    return passed(builder.read(text.trimStart()));
  } catch (fault) {
    if (fault instanceof Breach) return refused('payload_too_complex', { limit: fault.message });
    // saxes reports with plain errors that begin with line and column.
    if (fault instanceof Error && /^\d+:\d+: /.test(fault.message)) {
      return refused('payload_malformed', { why: fault.message.slice(0, 120) });
    }
    throw fault;
  }
}

/**
 * saxes tells of references and comments only when the text around them ends; 15 MiB of `&#65;` keep it busy for
 * 2.5 seconds. An element has two `<`, so three for each leave room for comments. Short texts cannot hold too many.
 */
function hasTooMuchMarkup(text: string, { maxElements }: DecodeLimits): boolean {
  if (text.length <= maxElements) return false;
  return isMoreOften(text, '&', maxElements) || isMoreOften(text, '<', maxElements * 3);
}

function isMoreOften(text: string, char: string, most: number): boolean {
  let count = 0;
  for (let at = text.indexOf(char); at >= 0; at = text.indexOf(char, at + 1)) {
    if (++count > most) return true;
  }
  return false;
}

/** Leaves the parser from within a callback: saxes cannot be told to stop. */
class Breach extends Error {}

interface OpenElement {
  name: string;
  children: JsonObject | undefined;
  text: string;
  textBytes: number;
  isCdata: boolean;
}

class TreeBuilder {
  private readonly parser = new SaxesParser({ xmlns: false, position: true });
  private readonly open: OpenElement[] = [];
  private readonly names = new Map<string, string>();
  private elements = 0;
  private rootName = '';
  private root: JsonObject = {};

  constructor(private readonly limits: DecodeLimits) {
    const { parser } = this;
    // saxes looks entities up in an object that inherits from Object.prototype: `&constructor;` would be one.
    parser.ENTITIES = Object.assign(Object.create(null) as Record<string, string>, {
      amp: '&',
      gt: '>',
      lt: '<',
      quot: '"',
      apos: "'",
    });
    parser.on('doctype', () => {
      parser.fail('document type declarations are refused');
    });
    parser.on('opentagstart', (tag) => {
      this.start(tag.name);
    });
    // Told one by one: an element of a million attributes must not be read to its end.
    parser.on('attribute', ({ value }) => {
      this.count();
      if (isLongerThan(value, limits.maxTextBytes)) throw new Breach('text');
    });
    parser.on('text', (text) => {
      this.append(text);
    });
    parser.on('cdata', (text) => {
      this.append(text, true);
    });
    parser.on('closetag', () => {
      this.end();
    });
  }

  read(text: string): XmlTree {
    this.parser.write(text).close();
    return { rootName: this.rootName, root: this.root };
  }

  private start(rawName: string): void {
    const { limits, open } = this;
    if (open.length >= limits.maxDepth) throw new Breach('depth');
    this.count();
    open.push({
      name: this.nameOf(rawName),
      children: undefined,
      text: '',
      textBytes: 0,
      isCdata: false,
    });
  }

  private count(): void {
    this.elements++;
    if (this.elements > this.limits.maxElements) throw new Breach('elements');
  }

  private nameOf(rawName: string): string {
    const known = this.names.get(rawName);
    if (known !== undefined) return known;
    if (isLongerThan(rawName, this.limits.maxTextBytes)) throw new Breach('text');
    const name = rawName.toLowerCase();
    if (isForbiddenKey(name)) this.parser.fail('an element name that no inventory has');
    this.names.set(rawName, name);
    return name;
  }

  private append(text: string, isCdata = false): void {
    const element = this.open.at(-1);
    // Text between child elements is layout.
    if (element === undefined || element.children !== undefined) return;
    // So is white space around a CDATA block.
    if (element.isCdata && !isCdata && text.trim() === '') return;
    if (isCdata && !element.isCdata && element.text.trim() === '') element.text = '';
    element.isCdata ||= isCdata;
    element.textBytes += Buffer.byteLength(text);
    if (element.textBytes > this.limits.maxTextBytes) throw new Breach('text');
    element.text = element.text === '' ? text : element.text + text;
  }

  private end(): void {
    const element = this.open.pop();
    if (element === undefined) return;
    const { name, children, text } = element;
    const parent = this.open.at(-1);
    if (parent === undefined) {
      this.rootName = name;
      this.root = children ?? {};
      return;
    }
    if (children !== undefined) this.add(parent, name, children);
    else if (name === 'content') this.add(parent, name, {});
    else if (text.trim() !== '') this.add(parent, name, text);
  }

  private add(parent: OpenElement, name: string, value: JsonValue): void {
    const children = (parent.children ??= {});
    const present = children[name];
    if (present === undefined) {
      children[name] = value;
    } else if (Array.isArray(present)) {
      if (present.length >= this.limits.maxListLength) throw new Breach('list');
      present.push(value);
    } else {
      children[name] = [present, value];
    }
  }
}
