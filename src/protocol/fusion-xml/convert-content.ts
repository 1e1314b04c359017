import { isJsonObject, type JsonObject, type JsonValue, type Note } from '../../domain/inventory';
import { listOf } from '../json-values';
import { addNote } from '../notes';
import type { FieldRules } from './field-rules';
import { rowFinishers } from './row-finishers';
import { droppedSections, listSections, sectionFields, sectionRenames } from './sections';

/** Sections of an XML inventory, keys already in lower case, → sections of the inventory format. */
export function convertContent(content: JsonObject, notes: Note[]): JsonObject {
  const converted: JsonObject = {};
  for (const [name, section] of Object.entries(content)) {
    if (droppedSections.has(name)) continue;
    const target = sectionRenames.get(name) ?? name;
    converted[target] = convertSection(target, section, notes);
  }
  return converted;
}

function convertSection(name: string, section: JsonValue, notes: Note[]): JsonValue {
  const rules = sectionFields.get(name);
  const finish = rowFinishers.get(name);
  const convert = (row: JsonValue, path: string): JsonValue => {
    if (!isJsonObject(row)) return row;
    const fields = rules === undefined ? row : convertRow(row, rules, path, notes);
    return finish === undefined ? fields : finish(fields);
  };
  if (listSections.has(name)) {
    return listOf(section).map((row, index) => convert(row, `/${name}/${index}`));
  }
  return convert(section, `/${name}`);
}

/** A new row: what has a rule is converted, the rest is kept. */
export function convertRow(row: JsonObject, rules: FieldRules, path: string, notes: Note[]): JsonObject {
  const converted: JsonObject = {};
  for (const [key, value] of Object.entries(row)) {
    const rule = rules.get(key);
    if (rule === undefined) {
      converted[key] = value;
    } else if (rule.cast !== 'drop') {
      const cast = rule.cast(value);
      if (cast === undefined) addNote(notes, `${path}/${key}`, 'dropped: value does not fit the field');
      else if (rule.to === undefined) converted[key] = cast;
      else converted[rule.to] ??= cast;
    }
  }
  return converted;
}
