// `node test/bench/killPrelabel.ts [rounds]`: ends the whole host process by SIGKILL at a random moment of a pre-label run and
// resumes it, again and again; each resumed run must equal one that was never interrupted, box for box.
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { killDuringPrelabel, makePrelabelFixture, openFixture, runContent } from '../helpers/prelabelFixture.ts';

const rounds = Number(process.argv[2] ?? 20);
const count = 300;
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'hardcase-kill-')));
let wrong = 0;
let kills = 0;
try {
  const fixture = await makePrelabelFixture(folder, count, 40);
  const asked = { model: 'tiny', provider: 'cpu' } as const;
  const first = await openFixture(fixture);
  await first.client.models.prelabel({ dataset: first.id, ...asked, name: 'whole' });
  const whole = await runContent(first, first.id, 'whole');
  await first.close();
  for (let round = 0; round < rounds; round++) {
    const name = `round ${round}`;
    // One to three deaths before it may finish.
    for (let death = 0; death <= round % 3; death++) {
      const { seen } = await killDuringPrelabel(fixture, { ...asked, name, resume: true }, Math.floor(Math.random() * (count - 10)));
      if (seen === null) break;
      kills++;
    }
    const opened = await openFixture(fixture);
    const left = (await opened.client.models.runs({ dataset: opened.id })).find((run) => run.name === name);
    const result = await opened.client.models.prelabel({ dataset: opened.id, ...asked, name, resume: true });
    const equal = isDeepStrictEqual(await runContent(opened, opened.id, name), whole);
    const { ok } = await opened.client.datasets.verify({ dataset: opened.id });
    if (!equal || !ok || result.frames !== count) wrong++;
    console.log(
      `round ${round}: ${left?.frames ?? 0} frames were durable; resumed ${equal ? 'equal' : 'DIFFERENT'}, verify ${ok ? 'ok' : 'NOT OK'}`,
    );
    await opened.client.models.removeRun({ dataset: opened.id, run: name });
    await opened.close();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`${kills} kills in ${rounds} rounds, ${wrong} wrong`);
process.exitCode = wrong === 0 ? 0 : 1;
