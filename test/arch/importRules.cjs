// Who may import whom. A failing build prints the rule's name; ARCHITECTURE.md explains each one; plantedViolations.ts
// proves that each one fires.
const npm = (names) => `(^|/)node_modules/(${names})/|^(${names})$`;
const electron = npm('electron');

module.exports = {
  forbidden: [
    // --- hygiene
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'prod-not-to-test', severity: 'error', from: { path: '^(electron|renderer|shared)/' }, to: { path: '^test/' } },

    // --- shared: pure, no runtime
    { name: 'shared-is-pure', severity: 'error', from: { path: '^shared/' }, to: { pathNot: `^shared/|${npm('zod')}` } },
    {
      name: 'zod-only-in-schemas',
      severity: 'error',
      from: { path: '^shared/', pathNot: '^shared/(contract|formats)/' },
      to: { path: npm('zod') },
    },
    {
      name: 'shared-domain-is-leaf',
      severity: 'error',
      from: { path: '^shared/(domain|geometry)/' },
      to: { path: '^shared/', pathNot: '^shared/(domain|geometry|hash)/|^shared/errors[.]ts$' },
    },
    {
      name: 'rpc-knows-no-contract',
      severity: 'error',
      from: { path: '^shared/rpc/' },
      to: { path: '^shared/', pathNot: '^shared/(rpc|hash)/|^shared/errors[.]ts$' },
    },

    // --- who may touch Electron
    {
      name: 'electron-only-in-shell',
      severity: 'error',
      from: { path: '.', pathNot: '^electron/(main|preload)/' },
      to: { path: electron },
    },
    {
      name: 'electron-values-only-in-entries',
      severity: 'error',
      from: { path: '.', pathNot: '^electron/(main|preload)/index[.]ts$' },
      to: { path: electron, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'shell-is-thin',
      severity: 'error',
      from: { path: '^electron/main/' },
      to: { path: '^electron/', pathNot: '^electron/(main|node)/|^electron/host/ports[.]ts$' },
    },
    {
      name: 'preload-is-tiny',
      severity: 'error',
      from: { path: '^electron/preload/' },
      to: { pathNot: `^electron/preload/|^shared/contract/bridge[.]ts$|${electron}` },
    },

    // --- host side
    {
      name: 'core-not-to-shells',
      severity: 'error',
      from: { path: '^electron/(host|db|triggers|inference|image|video|node)/' },
      to: { path: '^electron/(main|preload|web|cli)/' },
    },
    {
      name: 'db-behind-its-client',
      severity: 'error',
      from: { path: '^(electron|renderer)/', pathNot: '^electron/db/' },
      // The shapes of rows are declared beside the queries; a type leaves nothing behind at run time.
      to: { path: '^electron/db/', pathNot: '^electron/db/(client|types)[.]ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'inference-behind-its-client',
      severity: 'error',
      from: { path: '^(electron|renderer)/', pathNot: '^electron/inference/' },
      to: { path: '^electron/inference/', pathNot: '^electron/inference/(client|types)[.]ts$' },
    },
    {
      name: 'triggers-behind-their-client',
      severity: 'error',
      from: { path: '^(electron|renderer)/', pathNot: '^electron/triggers/' },
      to: { path: '^electron/triggers/', pathNot: '^electron/triggers/(client|types)[.]ts$' },
    },
    {
      name: 'video-behind-its-client',
      severity: 'error',
      from: { path: '^(electron|renderer)/', pathNot: '^electron/video/' },
      to: { path: '^electron/video/', pathNot: '^electron/video/client[.]ts$' },
    },
    {
      name: 'videos-only-in-video',
      severity: 'error',
      from: { pathNot: '^(electron/video|test)/' },
      to: { path: npm('mediabunny|@napi-rs') },
    },
    { name: 'sqlite-only-in-db', severity: 'error', from: { pathNot: '^(electron/db|test)/' }, to: { path: npm('better-sqlite3') } },
    {
      name: 'ort-only-in-inference',
      severity: 'error',
      from: { pathNot: '^(electron/inference|test)/' },
      to: { path: npm('onnxruntime-node|onnxruntime-common') },
    },
    {
      name: 'pixels-only-in-image',
      severity: 'error',
      from: { pathNot: '^(electron/image|test|resources/demo)/' },
      to: { path: npm('sharp|@img') },
    },
    {
      name: 'sockets-only-in-web',
      severity: 'error',
      from: { path: '^electron/', pathNot: '^electron/(web|node)/' },
      to: { path: `${npm('ws')}|^(node:)?(http|https|http2|net)$` },
    },

    // --- renderer
    {
      name: 'renderer-not-to-node',
      severity: 'error',
      from: { path: '^renderer/', pathNot: 'vite[.]config[.]ts$' },
      to: { dependencyTypes: ['core'] },
    },
    { name: 'renderer-not-to-host', severity: 'error', from: { path: '^renderer/' }, to: { path: '^electron/' } },
    { name: 'rpc-only-in-api', severity: 'error', from: { path: '^renderer/', pathNot: '^renderer/api/' }, to: { path: '^shared/rpc/' } },
    {
      name: 'features-on-top',
      severity: 'error',
      from: { path: '^renderer/(ui|state|canvas|api|platform|lib)/' },
      to: { path: '^renderer/(features|app)/' },
    },
    {
      name: 'features-are-islands',
      severity: 'error',
      from: { path: '^renderer/features/([^/]+)/' },
      to: { path: '^renderer/features/', pathNot: '^renderer/features/$1/' },
    },
    {
      name: 'ui-is-dumb',
      severity: 'error',
      from: { path: '^renderer/ui/' },
      to: { path: '^renderer/(state|api|platform|canvas)/|^shared/contract/' },
    },
    {
      name: 'headless-core',
      severity: 'error',
      from: { path: '^renderer/(canvas/(tools|model)|state)/' },
      to: { path: `${npm('konva|react-konva|react-dom')}|^renderer/canvas/view/|^renderer/ui/` },
    },
    {
      name: 'konva-only-in-view',
      severity: 'error',
      from: { pathNot: '^(renderer/canvas/view|test)/' },
      to: { path: npm('konva|react-konva') },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'test/tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.tsx', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
    },
  },
};
