import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { networkTasks, optionNames } from '../domain/passed-task';
import type { NetworkOption, NetworkOptionElement } from '../domain/passed-task';

/** Elements of an option that agents read; all they say stands in attributes. */
const elementNames = ['PARAM', 'RANGEIP', 'DEVICE', 'AUTHENTICATION'] as const;
/** The plugin hands out a job of some hundred devices at most; an agent's range has one element. */
const maxOptions = 100;
const maxElements = 20_000;
const maxAttributesPerElement = 40;
const maxAttributeChars = 1024;

/**
 * The options for network tasks in the reply to an XML prolog: names and attributes that agents read, everything else
 * left out. Undefined when it is no well-formed `<REPLY>` within the limits.
 */
export function readNetworkOptions(reply: string): readonly NetworkOption[] | undefined {
  const reader = new OptionReader();
  try {
    return reader.read(reply.trimStart());
  } catch (fault) {
    // saxes reports with plain errors that begin with line and column; ours are of the same form.
    if (fault instanceof Error && /^\d+:\d+: /.test(fault.message)) return undefined;
    throw fault;
  }
}

class OptionReader {
  private readonly parser = new SaxesParser({ xmlns: false, position: true });
  private readonly path: string[] = [];
  private readonly options: NetworkOption[] = [];
  private rootName = '';
  private name = '';
  private elements: NetworkOptionElement[] = [];
  private count = 0;

  constructor() {
    const { parser } = this;
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
    parser.on('opentag', (tag) => {
      this.start(tag);
    });
    parser.on('text', (text) => {
      if (this.at('REPLY/OPTION/NAME')) this.name += text.trim();
    });
    parser.on('closetag', () => {
      this.end();
    });
  }

  read(text: string): readonly NetworkOption[] | undefined {
    this.parser.write(text).close();
    return this.rootName === 'REPLY' ? this.options : undefined;
  }

  private at(path: string): boolean {
    return this.path.join('/') === path;
  }

  private start({ name, attributes }: SaxesTagPlain): void {
    if (++this.count > maxElements) this.parser.fail('too many elements');
    this.path.push(name);
    if (this.path.length === 1) this.rootName = name;
    if (this.at('REPLY/OPTION')) {
      this.name = '';
      this.elements = [];
    }
    const known = elementNames.find((one) => this.at(`REPLY/OPTION/${one}`));
    if (known !== undefined) this.elements.push({ name: known, attributes: boundedAttributes(attributes) });
  }

  private end(): void {
    if (this.at('REPLY/OPTION')) {
      const task = networkTasks.find((one) => optionNames[one] === this.name);
      if (task !== undefined && this.options.length < maxOptions) {
        this.options.push({ task, elements: this.elements });
      }
    }
    this.path.pop();
  }
}

function boundedAttributes(attributes: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes)
      .filter(([name, value]) => /^[A-Z][A-Z0-9_]{0,40}$/.test(name) && value.length <= maxAttributeChars)
      .slice(0, maxAttributesPerElement),
  );
}
