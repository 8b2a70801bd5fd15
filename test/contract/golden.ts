import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { z } from 'zod';
import { contract } from '../../shared/contract/index.ts';

export const goldenPath = join(import.meta.dirname, 'contract.golden.json');

/** Names, kinds and input schemas of the whole contract: what a client can see of it. */
export async function goldenText(): Promise<string> {
  const groups = Object.fromEntries(
    Object.entries(contract).map(([group, entries]) => [
      group,
      Object.fromEntries(
        Object.entries(entries).map(([name, entry]: [string, { readonly kind: string; readonly input?: unknown }]) => [
          name,
          entry.input === undefined
            ? { kind: entry.kind }
            : {
                kind: entry.kind,
                input: z.toJSONSchema(entry.input as z.ZodType, { io: 'input', unrepresentable: 'any', reused: 'inline' }),
              },
        ]),
      ),
    ]),
  );
  // As the formatter wants it, so that the file passes its check.
  return format(JSON.stringify(groups), { ...(await resolveConfig(goldenPath)), parser: 'json' });
}

if (process.argv[1] === import.meta.filename) {
  const text = await goldenText();
  if (process.argv.includes('--write')) {
    writeFileSync(goldenPath, text);
  } else if (readFileSync(goldenPath, 'utf8') !== text) {
    process.stderr.write('The contract changed: npm run contract\n');
    process.exitCode = 1;
  }
}
