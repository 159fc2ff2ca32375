// Writes src/gql: the types of every document in src, from the schema. With --check it only says what has drifted.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { relative } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import { createNoopProfiler } from '@graphql-codegen/plugin-helpers';
import { preset } from '@graphql-codegen/client-preset';
import { buildASTSchema, isAbstractType, parse, validate, type DocumentNode } from 'graphql';

const SCHEMA = '../schema.graphql';
const OUT = 'src/gql/';
const TAG = /\bgraphql\(\s*`([^`]*)`\s*,?\s*\)/g;

const schemaText = readFileSync(SCHEMA, 'utf8');
const schema = parse(schemaText);
const schemaAst = buildASTSchema(schema);
const documents = globSync('src/**/*.{ts,tsx}', { exclude: ['src/gql/**'] }).sort().flatMap(documentsOf);

function documentsOf(location: string) {
  const texts = [...readFileSync(location, 'utf8').matchAll(TAG)].map((match) => match[1] ?? '');
  return texts.map((rawSDL) => ({ location, rawSDL, document: parsed(rawSDL, location) }));
}

function parsed(text: string, location: string): DocumentNode {
  try {
    return parse(text);
  } catch (fault) {
    throw new Error(`${location}: ${String(fault)}`);
  }
}

function refuseInvalidDocuments() {
  const definitions = documents.flatMap(({ document }) => document.definitions);
  const faults = validate(schemaAst, { kind: 'Document', definitions } as DocumentNode).filter(
    ({ message }) => !/This anonymous operation/.test(message),
  );
  if (faults.length) throw new Error(faults.map(({ message }) => message).join('\n'));
}

async function generated(): Promise<Map<string, string>> {
  const jobs = await preset.buildGeneratesSection({
    baseOutputDir: OUT,
    presetConfig: {},
    schema,
    schemaAst,
    documents,
    config: {
      useTypeImports: true,
      enumsAsTypes: true,
      scalars: { DateTime: 'string', Decimal: 'string', Cursor: 'string', JSON: 'unknown' },
    },
    plugins: [],
    pluginMap: {},
    profiler: createNoopProfiler(),
  });
  const files = await Promise.all(jobs.map(async (job) => [job.filename, await codegen(job)] as const));
  return new Map([...files, [`${OUT}possible-types.ts`, possibleTypes()]]);
}

/** What the graph cache must know: to match `... on Refusal` and its like, and what changes something. */
function possibleTypes() {
  const abstract = Object.values(schemaAst.getTypeMap()).filter(isAbstractType);
  const types = abstract.filter(({ name }) => !name.startsWith('__')).sort((a, b) => a.name.localeCompare(b.name));
  const lines = types.map((type) => `  ${type.name}: [${schemaAst.getPossibleTypes(type).map(({ name }) => `'${name}'`).join(', ')}],`);
  const mutations = Object.keys(schemaAst.getMutationType()?.getFields() ?? {}).map((name) => `  '${name}',`);
  return `/* eslint-disable */\nexport const possibleTypes: Record<string, string[]> = {\n${lines.join('\n')}\n};\n\nexport const mutations: string[] = [\n${mutations.join('\n')}\n];\n`;
}

function present(): Map<string, string> {
  return new Map(globSync(`${OUT}*`).map((file) => [file, readFileSync(file, 'utf8')]));
}

function refuseDrift(wanted: Map<string, string>) {
  const found = present();
  const names = new Set([...wanted.keys(), ...found.keys()]);
  const drifted = [...names].filter((name) => wanted.get(name) !== found.get(name));
  if (!drifted.length) return;
  console.error(`${drifted.map((name) => relative('.', name)).join(', ')}: run npm run codegen and commit what it writes.`);
  process.exit(1);
}

refuseInvalidDocuments();
const files = await generated();
if (process.argv.includes('--check')) refuseDrift(files);
else {
  rmSync(OUT, { recursive: true, force: true });
  mkdirSync(OUT, { recursive: true });
  for (const [name, text] of files) writeFileSync(name, text);
}
