import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** Ways to make code or markup from text: hostile datasets speak through text. */
const textIsNeverCode = [
  { selector: 'MemberExpression[property.name=/^(innerHTML|outerHTML)$/]', message: 'Text from data is never markup: use textContent.' },
  { selector: "CallExpression[callee.property.name='insertAdjacentHTML']", message: 'Text from data is never markup.' },
  {
    selector: "CallExpression[callee.object.name='document'][callee.property.name=/^write(ln)?$/]",
    message: 'Text from data is never markup.',
  },
  { selector: "JSXAttribute[name.name='dangerouslySetInnerHTML']", message: 'Text from data is never markup.' },
  {
    selector: 'CallExpression[callee.property.name=/^(exec|execSync)$/][callee.object.name=/^(child_process|cp)$/]',
    message: 'No data in shell commands: execFile with a list of arguments.',
  },
];

/** Settings that would open the desktop window to the page. */
const windowStaysClosed = ['sandbox', 'contextIsolation', 'webSecurity'].map((name) => ({
  selector: `Property[key.name='${name}'][value.value=false]`,
  message: `${name} stays on.`,
}));

const shape = [
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only: a thing has one name everywhere.' },
  { selector: "Property[key.name='nodeIntegration'][value.value=true]", message: 'The page has no Node.' },
  { selector: 'TSEnumDeclaration', message: 'No enums: Node runs these files as they are.' },
  ...windowStaysClosed,
  ...textIsNeverCode,
];

export default tseslint.config(
  { ignores: ['dist/**', 'build/**', 'node_modules/**', '.tools/**', '.cache/**', 'coverage/**', '**/*.cjs', '**/*.mjs'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          'shared/tsconfig.json',
          'electron/tsconfig.json',
          'electron/preload/tsconfig.json',
          'renderer/tsconfig.json',
          'test/tsconfig.json',
        ],
        tsconfigRootDir: `${import.meta.dirname}/../..`,
      },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...shape],
      'no-restricted-imports': [
        'error',
        {
          paths: [
            'fs',
            'path',
            'os',
            'child_process',
            'crypto',
            'stream',
            'events',
            'http',
            'net',
            'url',
            'util',
            'worker_threads',
            'fs/promises',
          ].map((name) => ({
            name,
            message: `Write node:${name}.`,
          })),
        },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'prefer-const': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false, properties: false, arguments: false } }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      // Indexed loops over typed arrays know their bounds; with noUncheckedIndexedAccess each element needs one.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Services are objects of closures: their methods have no `this` to lose.
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true, allowNullish: true }],
      // What was caught is thrown on as it is; what is unknown is shown as it is.
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true, allowThrowingAny: true }],
      '@typescript-eslint/no-base-to-string': 'off',
      // Handlers may answer with a value or a promise; `await` takes both.
      '@typescript-eslint/await-thenable': 'off',
      // Handlers and fakes answer with promises because their interface says so.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['renderer/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  {
    files: ['renderer/features/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-globals': [
        'error',
        { name: 'fetch', message: 'Ask the host: renderer/api.' },
        { name: 'event', message: 'Take the event as a parameter.' },
        { name: 'name', message: 'This is the window’s name.' },
      ],
    },
  },
  {
    // Tools read their configuration as a default export.
    files: ['**/*.config.ts', 'test/**/globalSetup.ts'],
    rules: { 'no-restricted-syntax': ['error', ...shape.filter(({ selector }) => selector !== 'ExportDefaultDeclaration')] },
  },
  {
    files: ['test/**/*.{ts,tsx}', 'resources/**/*.ts'],
    rules: {
      // These speak to a terminal.
      'no-console': 'off',
      // Assertions read what they look at; vitest's matchers are typed as any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
);
