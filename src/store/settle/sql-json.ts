/**
 * Rows for json_to_recordset. PostgreSQL text can hold neither NUL nor half a surrogate pair, and agents send both:
 * they become U+FFFD here, at the one door through which agents' text enters SQL as JSON.
 */
export function sqlJson(value: unknown): string {
  const json = JSON.stringify(value);
  if (!json.includes('\\u')) return json;
  return json.replace(/\\(?:\\|u0000|u[dD][89a-fA-F][0-9a-fA-F]{2})/g, (escape) =>
    escape === '\\\\' ? escape : '\\ufffd',
  );
}
