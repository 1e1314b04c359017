import { inventory } from '../../texts/en/inventory';
import { useTexts } from '../../texts/texts';

type Word = keyof typeof inventory.fields;

/** Only own words: a field that an agent calls `constructor` is none. */
const isWord = (name: string): name is Word => Object.hasOwn(inventory.fields, name);

/** A field of a section in words; one that has none is shown as the format calls it. */
export function useFieldName(): (section: string, field: string) => string {
  const { t } = useTexts();
  return (section, field) => {
    const word = [`${section}_${field}`, field].find(isWord);
    return word === undefined ? field : t(`inventory.fields.${word}`);
  };
}
