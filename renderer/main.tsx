import './platform/trustedTypes.ts';
import './platform/schemasWithoutCode.ts';
import './platform/earlyTheme.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no root.');
// Loaded only now: what the files above set must stand before any library runs.
const { run } = await import('./app/run.tsx');
await run(root);
