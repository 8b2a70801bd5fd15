import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { killLabeling } from '../../helpers/killLabeling.ts';

// The long run is test/bench/killLabeling.ts.
test('host, browser or both are killed in the middle of labeling: what was said to be saved is there, and the view is where it was', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hardcase-kills-'));
  try {
    const report = await killLabeling(folder, 4, 2);
    expect(report).toMatchObject({ missing: [], lostViews: [], problems: [], views: 4 });
    expect(report.kills.host * report.kills.browser + report.kills.both).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 240_000);
