// What is wrong with a query, where, and how to fix it: the words of the command line
// (kgtools/graph/store/query_syntax.py and query_text.py; a test holds the two together).
const TOKEN = /(?<space>\s+|#[^\n\r]*)|(?<iri><[^<>"{}|^`\\\x00-\x20]*>)|(?<string>'''(?:'{0,2}(?:[^'\\]|\\.))*'''|"""(?:"{0,2}(?:[^"\\]|\\.))*"""|'(?:[^'\\\n\r]|\\.)*'|"(?:[^"\\\n\r]|\\.)*")|(?<var>[?$][\p{L}\p{N}_·]+)|(?<number>[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)|(?<blank>_:[\p{L}\p{N}_·-]+(?:\.+[\p{L}\p{N}_·-]+)*)|(?<name>(?:\p{L}[\p{L}\p{N}_·-]*(?:\.+[\p{L}\p{N}_·-]+){0,3})?:(?:[\p{L}\p{N}_:%·-]|\\.|\.(?=[\p{L}\p{N}_:%·.-]))*)|(?<word>@?[\p{L}_][\p{L}\p{N}_]*(?:-[\p{L}\p{N}_]+)*)|(?<other><<|>>|\|\||&&|.)/gsu;
const OPENED_BY = { ")": "(", "]": "[", "}": "{" };
const MAX_DEPTH = 100;
const SAID_IN_WORDS = [
  ["variable that is unbound", "SELECT returns a variable that is not in GROUP BY or in an aggregate such as COUNT"],
  ["overrides an existing variable", "the variable after AS has a value already; choose another name"],
];
const INVALID = "This is not a valid SPARQL query: ";

const kindOf = (found) => Object.keys(found.groups).find((kind) => found.groups[kind] !== undefined);
const where = (line, column) => `line ${line}, column ${column}`;
const lineAt = (text, index) => text.slice(0, index).split("\n").length;

function unbalancedBracket(query) {
  const opened = [];
  for (const { 0: text } of query.matchAll(TOKEN)) {
    if (Object.values(OPENED_BY).includes(text)) opened.push(text);
    else if (text in OPENED_BY && opened.pop() !== OPENED_BY[text]) return text;
  }
  return opened.at(-1) ?? "";
}

function undeclaredPrefix(query, known) {
  const declared = new Set([...known, "_"]);
  let before = "";
  for (const found of query.matchAll(TOKEN)) {
    const kind = kindOf(found);
    if (kind === "space") continue;
    const prefix = kind === "name" || kind === "blank" ? found[0].split(":")[0] : null;
    if (prefix !== null && before === "PREFIX") declared.add(prefix);
    else if (prefix !== null && !declared.has(prefix)) return { prefix, index: found.index };
    before = kind === "word" ? found[0].toUpperCase() : "";
  }
  return null;
}

function said(query, line, column, expected) {
  for (const [hint, words] of SAID_IN_WORDS) if (expected.includes(hint)) return `${words}.`;
  const bracket = unbalancedBracket(query);
  if (bracket) return `this '${bracket}' has no match.`;
  const rest = [...(query.split("\n")[line - 1] ?? "")].slice(column - 1).join("");
  const words = expected.match(/"(?:[^"\\]|\\.)+"|\b[A-Z]{2,}\b/g) ?? [];
  if (expected.includes("[_]") || !rest.trim() || !words.length) return "the query can't be read up to here; the fault is here or a little before.";
  return `'${[...rest].slice(0, 30).join("").trim()}' is not allowed here; expected ${words.slice(0, 12).join(", ")}${words.length > 12 ? " …" : ""}.`;
}

/** What the engine reports, for people. */
export function explained(query, report, linesBefore, known) {
  const found = /error at (\d+):(\d+): expected (?:one of )?([\s\S]*)/.exec(report);
  if (!found) return report;
  const missing = undeclaredPrefix(query, known);
  if (missing) {
    const place = where(lineAt(query, missing.index), missing.index - query.lastIndexOf("\n", missing.index - 1));
    return `${INVALID}${place}: the prefix '${missing.prefix}:' is not declared. Begin the query with PREFIX ${missing.prefix}: <…>.`;
  }
  const [line, column] = [Number(found[1]) - linesBefore, Number(found[2])];
  return `${INVALID}${where(line, column)}: ${said(query, line, column, found[3])}`;
}

/** Why the engine is not given a query; nothing where it is. */
export function refused(query) {
  let depth = 0;
  for (const found of query.matchAll(TOKEN)) {
    if (kindOf(found) === "word" && found[0].toUpperCase() === "SERVICE") return "SERVICE would send part of the query to another server, and nothing is sent from here. Ask that server directly.";
    if (["<<", "[", "(", "{"].includes(found[0])) depth += 1;
    if ([">>", "]", ")", "}"].includes(found[0])) depth = Math.max(0, depth - 1);
    if (depth > MAX_DEPTH) return `The query is nested more than ${MAX_DEPTH} levels deep. Split it.`;
  }
  return "";
}

/** The query with a line that declares those of the known prefixes that it uses and does not declare itself. */
export function withPrefixes(query, known) {
  const declared = new Set([...query.matchAll(/PREFIX\s+([^\s:]*):/gi)].map((match) => match[1]));
  const names = new Set([...query.matchAll(TOKEN)].filter((found) => kindOf(found) === "name").map((found) => found[0].split(":")[0]));
  const used = [...names].filter((name) => Object.hasOwn(known, name) && !declared.has(name));
  return used.length ? [`${used.map((name) => `PREFIX ${name}: <${known[name]}>`).join(" ")}\n${query}`, 1] : [query, 0];
}
