import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync, renameSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build as bundle } from 'esbuild';
import ts from 'typescript';
import { installation } from './node/nodePorts.ts';

const out = join(installation, 'dist', 'electron');

/** What only development runs. */
const leftOut = /^(electron\/(preload\/|build\.ts|package\.ts|web\/dev\.ts)|resources\/demo\/training\/)/;

function sourcesBelow(folder: string): string[] {
  return readdirSync(join(installation, folder), { recursive: true, encoding: 'utf8' })
    .map((file) => join(folder, file).replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts') && !leftOut.test(file));
}

/**
 * The desktop app's code: each file on its own, so that workers and processes find their entries beside them as they do in the
 * repository; preload alone becomes one file, because a sandboxed preload can load no other.
 */
export async function buildElectron(): Promise<string> {
  const fresh = `${out}.${process.pid}`;
  rmSync(fresh, { recursive: true, force: true });
  for (const file of ['electron', 'shared', 'resources'].flatMap(sourcesBelow)) {
    const { outputText } = ts.transpileModule(readFileSync(join(installation, file), 'utf8'), {
      fileName: file,
      compilerOptions: {
        target: ts.ScriptTarget.ES2024,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        allowImportingTsExtensions: true,
        rewriteRelativeImportExtensions: true,
      },
    });
    const to = join(fresh, file.replace(/\.ts$/, '.js'));
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, outputText);
  }
  await bundle({
    entryPoints: [join(installation, 'electron/preload/index.ts')],
    outfile: join(fresh, 'electron/preload/index.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'chrome140',
    external: ['electron'],
    logLevel: 'silent',
  });
  writeFileSync(join(fresh, 'package.json'), '{ "type": "module" }\n');
  rmSync(out, { recursive: true, force: true });
  renameSync(fresh, out);
  return relative(installation, out);
}
